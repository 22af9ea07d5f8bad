//! Where metadata is asked for, and where nobody is led by it.

use oauth_proto::{
    Limits,
    error::Reason,
    metadata::{Approval, Issuer, Resource, Unusable, WellKnown},
};

fn reason(unusable: Unusable) -> Reason {
    match unusable {
        Unusable::Invalid(error) => error.reason().clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn the_places_of_a_servers_metadata() {
    let url = |issuer: &str, place| {
        Issuer::new(issuer).unwrap().metadata(place, &Limits::default()).0.url().replace("/.well-known/", " ")
    };
    for (issuer, oauth, openid, inserted) in [
        (
            "https://a.example",
            "https://a.example oauth-authorization-server",
            "https://a.example openid-configuration",
            "https://a.example openid-configuration",
        ),
        (
            "https://a.example/",
            "https://a.example oauth-authorization-server",
            "https://a.example openid-configuration",
            "https://a.example openid-configuration",
        ),
        (
            "https://A.example:443/t/1/",
            "https://A.example:443 oauth-authorization-server/t/1",
            "https://A.example:443/t/1 openid-configuration",
            "https://A.example:443 openid-configuration/t/1",
        ),
        (
            "https://a.example/t%2F1//",
            "https://a.example oauth-authorization-server/t%2F1",
            "https://a.example/t%2F1 openid-configuration",
            "https://a.example openid-configuration/t%2F1",
        ),
    ] {
        assert_eq!(url(issuer, WellKnown::OauthAuthorizationServer), oauth);
        assert_eq!(url(issuer, WellKnown::OpenidConfiguration), openid);
        assert_eq!(url(issuer, WellKnown::OpenidConfigurationInserted), inserted);
    }
    assert_eq!(WellKnown::default(), WellKnown::OauthAuthorizationServer);
}

#[test]
fn the_place_of_a_resources_metadata() {
    let well_known = "https://a.example/.well-known/oauth-protected-resource";
    for (resource, behind) in [
        ("https://a.example", ""),
        ("https://a.example/", ""),
        ("https://a.example/v1", "/v1"),
        ("https://a.example/v1/", "/v1/"),
        ("https://a.example/?k=1", "?k=1"),
        ("https://a.example?k=1/2", "?k=1/2"),
        ("https://a.example/v1?k=/", "/v1?k=/"),
        ("https://a.example//", "//"),
    ] {
        let (request, _) = Resource::new(resource).unwrap().metadata(&Limits::default());
        assert_eq!(request.url(), format!("{well_known}{behind}"), "{resource}");
    }
}

#[test]
fn what_names_nobody() {
    for (text, expected) in [
        ("", Reason::Empty),
        ("id.example", Reason::NotAUrl),
        ("http://id.example", Reason::NotHttps),
        ("http://127.0.0.1", Reason::NotHttps),
        ("ftp://id.example", Reason::NotHttps),
        ("https://user@id.example", Reason::HasUserInformation),
        ("https://id.example#", Reason::HasFragment),
        ("https://id.example/\n", Reason::ForbiddenCharacter { at: 19 }),
        ("https://id.example/{tenant}", Reason::ForbiddenCharacter { at: 19 }),
        ("https://id.example/a/../b", Reason::NotAUrl),
        ("https://id.example/a/%2e%2E/b", Reason::NotAUrl),
        ("https://id.example/./", Reason::NotAUrl),
        ("https://0x7f.1/", Reason::NotAUrl),
    ] {
        assert_eq!(reason(Issuer::new(text).unwrap_err()), expected, "{text}");
        assert_eq!(reason(Resource::new(text).unwrap_err()), expected, "{text}");
    }
    let long = format!("https://id.example/{}", "a".repeat(1024 - 18));
    assert_eq!(reason(Issuer::new(&*long).unwrap_err()), Reason::WrongLength { min: 1, max: 1024 });
    assert!(Issuer::new(&long[..1024]).is_ok());
    // RFC 8414 section 2; a resource may have one (RFC 9728 section 1.2).
    assert_eq!(reason(Issuer::new("https://id.example/?").unwrap_err()), Reason::ForbiddenCharacter { at: 19 });
    assert!(Resource::new("https://id.example/?").is_ok());
}

/// Forty ways to send a client somewhere else (RFC 9728 section 7.7).
#[test]
fn no_pointer_leads_inside() {
    let resource = Resource::new("https://api.example.com/v1").unwrap();
    let limits = Limits::default();
    let refused = |pointer: &str, approval: &Approval| resource.metadata_at(pointer, approval, &limits).is_err();
    let pointers = [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/",
        "https://metadata.google.internal/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:a9fe:a9fe::]/",
        "https://2852039166/",
        "https://0xa9fea9fe/",
        "https://0251.0376.0251.0376/",
        "https://169.254.43518/",
        "https://localhost/",
        "https://localhost./",
        "https://LOCALHOST:8443/",
        "https://a.localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://0.0.0.0/",
        "https://0/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://100.64.0.1/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://printer.local/",
        "https://intranet/",
        "https://api.example.com@10.0.0.1/",
        "https://api.example.com\\@10.0.0.1/",
        "https://api.example.com#@10.0.0.1/",
        "https:10.0.0.1/",
        "//10.0.0.1/",
        "file:///etc/passwd",
        "gopher://10.0.0.1:6379/_SET",
        "javascript:alert(1)",
        "data:application/json,{}",
        "https://api.example.com.evil.example/.well-known/oauth-protected-resource/v1",
        "https://api.example.com:8443/.well-known/oauth-protected-resource/v1",
        "http://api.example.com/.well-known/oauth-protected-resource/v1",
        "https://api.example.com/.well-known/oauth-protected-resource/v1/",
        "https://api.example.com/.well-known/oauth-protected-resource/v2",
        "https://api.example.com/uploads/evil.json",
        "https://API.example.com/.well-known/oauth-protected-resource/v1",
        "",
        " ",
    ];
    let named = |origin: &str| Approval::none().origin(origin).unwrap();
    let strangers = named("https://id.example.com");
    for pointer in pointers {
        assert!(refused(pointer, &Approval::none()), "{pointer}");
        assert!(refused(pointer, &strangers), "{pointer}");
        // Not even where its kind of address is approved: nobody named the origin.
        assert!(refused(pointer, &Approval::none().private_addresses().plaintext_on_loopback()), "{pointer}");
    }
    // An origin by its name, and the kind of address as well.
    let (own, inside) = ("https://api.example.com/uploads/a.json", "https://10.0.0.1/meta");
    assert!(!refused(own, &named("https://api.example.com")));
    assert!(refused(inside, &named("https://10.0.0.1")));
    let approval = named("https://10.0.0.1").private_addresses();
    let (request, _fetching) = resource.metadata_at(inside, &approval, &limits).unwrap();
    assert_eq!((request.url(), request.contract().origin()), (inside, "https://10.0.0.1"));
    let not_approved = Unusable::NotApproved { member: "resource_metadata", origin: "https://evil.example".into() };
    assert_eq!(resource.metadata_at("https://evil.example/x", &approval, &limits).unwrap_err(), not_approved);
}

#[test]
fn addresses_and_names_of_each_kind() {
    let is_good = |host: &str, approval: &Approval| Issuer::approved(format!("https://{host}/"), approval).is_ok();
    let (none, loopback) = (Approval::none(), Approval::none().plaintext_on_loopback());
    let private = Approval::none().private_addresses();
    let of = |host: &str| (is_good(host, &none), is_good(host, &loopback), is_good(host, &private));

    let public = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1", "[2a00:1450::1]", "[2606:4700::1]"];
    let public = public.into_iter().chain(["id.example.com", "local.example", "internal.net", "alocalhost.com"]);
    public.for_each(|host| assert_eq!(of(host), (true, true, true), "{host}"));
    for host in ["127.0.0.1", "127.255.255.255", "[::1]", "localhost", "LOCALHOST", "localhost.", "a.localhost"] {
        assert_eq!(of(host), (false, true, true), "{host}");
    }
    let inside = ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "0.0.0.0"];
    let inside = inside.into_iter().chain(["100.64.0.1", "198.19.0.1", "224.0.0.1", "255.255.255.255"]);
    let inside = inside.chain(["[::]", "[fe80::1]", "[fc00::1]", "[fdff::1]", "[ff02::1]", "[100::1]"]);
    let inside = inside.chain(["[::ffff:8.8.8.8]", "[::ffff:127.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::1]"]);
    let inside = inside.chain(["[2001::1]", "[2001:db8::1]", "[3fff::1]", "keycloak", "nas.local", "nas.local."]);
    let inside = inside.chain(["192.0.0.8", "192.0.2.1", "192.88.99.1", "198.51.100.1", "203.0.113.1", "250.0.0.1"]);
    let inside = inside.chain(["metadata.google.internal", "router.home.arpa", "home.arpa"]);
    inside.for_each(|host| assert_eq!(of(host), (false, false, true), "{host}"));
}
