export const user = { name: 'alice', password: 'wonderland' };

const redirectUris = ['https://client.example/cb'];
const code = ['authorization_code', 'refresh_token'];

export const clients = new Map(
  [
    { id: 'public', redirectUris: ['http://127.0.0.1/cb'], grants: code },
    { id: 'basic', secret: 's3cret-of-basic', redirectUris, grants: [...code, 'client_credentials'] },
    { id: 'post', secret: 's3cret-of-post', redirectUris, grants: [...code, 'client_credentials'] },
    // Without the colon, which in Basic would end the id: this server does not decode it. And without the `ü`: it takes
    // printable ASCII alone.
    { id: 'odd client+%&=', secret: 'p w:+%&=/?~', redirectUris, grants: [...code, 'client_credentials'] },
    { id: 'password', secret: 's3cret-of-password', redirectUris, grants: ['password', 'refresh_token'] },
    // Here so that the server can say that it does not have what they ask for.
    { id: 'implicit', redirectUris: ['http://127.0.0.1/cb'], grants: code },
    { id: 'par', secret: 's3cret-of-par', redirectUris, grants: code },
    { id: 'rar', secret: 's3cret-of-rar', redirectUris, grants: code },
    { id: 'exchange', secret: 's3cret-of-exchange', redirectUris, grants: code },
  ].map((client) => [client.id, client]),
);
