//! One secret of each kind. No part of one is a part of another, so that what leaks can be named.
//!
//! Each has a long run of letters and digits, which every encoding leaves in one piece, and most have characters that
//! encodings treat in their own ways.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth_proto::Entropy;
use sha2::{Digest, Sha256};

pub const CLIENT_SECRET: &str = "cs/Kx7qWm2Zt9vRb4Ye8nLp3sHd6f+=~%";
pub const CODE: &str = "co.4Jg8TyBn2Uw6XcVe1Qr5Pi9Os7Zk~_-";
pub const ACCESS_TOKEN: &str = "at-Hy6Nm3Gt8Rf4Vb1Ed9Cs5Xw2Qz7Lu~";
pub const REFRESH_TOKEN: &str = "rt-Pl0Ok9Ij8Uh7Yg6Tf5Rd4Es3Wa2Qx~";
/// What a refresh or a follow-up brings.
pub const NEW_ACCESS_TOKEN: &str = "an-Zb5Xn8Cm1Vq4Bw7Ne0Mr3At6Sy9Du~";
pub const NEW_REFRESH_TOKEN: &str = "rn-Fi2Go5Hp8Ja1Ks4Ld7Qf0Wg3Eh6Rj~";
/// Bearer tokens that lie in a URL, and tokens of another program.
pub const IMPORTED_TOKEN: &str = "im-Tk9Yl2Uz5Ix8Oc1Pv4Ab7Sn0Dm3Fq~";
pub const PASSWORD: &str = "pw Wv3Ru7Sx1Tz5Ua9Vc2Wd6Xe0Yf4Zg8&=+";
/// A user's name is personal, and no part of a log line either.
pub const USERNAME: &str = "un.Bh4Ci8Dj2Ek6Fl0Gm3Hn7Jo1Kp5Lq9@example";
/// A JWT that somebody signed: no letter of it is another secret's.
pub const ASSERTION: &str = "ja4Tn8Vo2Wp6Xq0Yr4.Zs8At2Bu6Cv0Dw4Ex8.Fy2Gz6Ha0Jb4Kc8";
/// A value that came along with tokens and was kept: the URL of a webhook, say.
pub const EXTRA: &str = "https://hooks.example/ex5Mr9Ns3Pt7Qu1Rv5Sw9Tx3Uy7Va1";
/// A value of the provider's data that is an API key.
pub const VARIABLE: &str = "va.Wb6Xc0Yd4Ze8Af2Bg6Ch0Dj4Ek8Fl2";
/// A parameter of the caller's own, in the authorization request.
pub const PARAMETER: &str = "pa.Gm7Hn1Jo5Kp9Lq3Mr7Ns1Pt5Qu9Rv3";
/// What a client registers with, what it is managed with, and what is signed about it.
pub const INITIAL_TOKEN: &str = "ia-Ah3Bj7Ck1Dl5Em9Fn2Go6Hp0Iq4Jr8~";
pub const REGISTRATION_TOKEN: &str = "ra-Ks2Lt6Mu0Nv4Ow8Px1Qy5Rz9Sa3Tb7~";
pub const STATEMENT: &str = "e30.ss7Uc1Vd5We9Xf3Yg7Zh1Ai5Bj9Ck3.x";
/// What a device polls with (RFC 8628), and what its user types in.
pub const DEVICE_CODE: &str = "dc-Vx6Yz0Ab4Cd8Ef2Gh6Ij0Kl4Mn8Op2~";
pub const USER_CODE: &str = "uc.Qr7St1Uv5Wx9Yz3Ac7Bd1Ce5Df9Eg3";
/// A body, a header field or a URL that is none of the above, and whole.
pub const BODY: &str = "bo.Sw8Tx2Uy6Va0Wb4Xc8Yd2Ze6Af0Bg4";

/// Fixed, and without a pattern that texts of other things might have.
pub fn entropy() -> Entropy {
    Entropy::from_bytes(entropy_bytes())
}

fn entropy_bytes() -> [u8; Entropy::BYTES] {
    let mut bytes = [0; Entropy::BYTES];
    for (half, text) in bytes.chunks_mut(32).zip(["state", "verifier"]) {
        half.copy_from_slice(&Sha256::digest(text));
    }
    bytes
}

/// What entropy becomes: each has its form, so that each is found by its own name.
pub fn state() -> String {
    URL_SAFE_NO_PAD.encode(&entropy_bytes()[..32])
}

pub fn verifier() -> String {
    URL_SAFE_NO_PAD.encode(&entropy_bytes()[32..])
}

pub fn nonce() -> String {
    let hash = Sha256::new().chain_update(b"oauth-proto nonce\0").chain_update(entropy_bytes()).finalize();
    URL_SAFE_NO_PAD.encode(hash)
}

/// Each kind of secret, by its name.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = vec![
        ("client secret", CLIENT_SECRET.into()),
        ("code", CODE.into()),
        ("access token", ACCESS_TOKEN.into()),
        ("refresh token", REFRESH_TOKEN.into()),
        ("new access token", NEW_ACCESS_TOKEN.into()),
        ("new refresh token", NEW_REFRESH_TOKEN.into()),
        ("imported token", IMPORTED_TOKEN.into()),
        ("password", PASSWORD.into()),
        ("user name", USERNAME.into()),
        ("assertion", ASSERTION.into()),
        ("extra", EXTRA.into()),
        ("variable", VARIABLE.into()),
        ("parameter", PARAMETER.into()),
        ("initial access token", INITIAL_TOKEN.into()),
        ("registration access token", REGISTRATION_TOKEN.into()),
        ("software statement", STATEMENT.into()),
        ("device code", DEVICE_CODE.into()),
        ("user code", USER_CODE.into()),
        ("body", BODY.into()),
        ("state", state().into_bytes()),
        ("verifier", verifier().into_bytes()),
        ("nonce", nonce().into_bytes()),
    ];
    all.push(("entropy", entropy_bytes().into()));
    all
}
