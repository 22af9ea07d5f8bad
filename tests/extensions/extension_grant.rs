//! A grant of an application's own (RFC 6749 section 4.5), at a server that knows it.

use oauth_proto::{
    ErrorCode, FinishError, Granted, InDoubt, Remedy, Secret, Unauthorized,
    dialect::ClientAuthentication,
    extension_grants::{ExtensionGrant, GrantParameters},
    grant::Extension,
    stored,
};
use oauth_proto_emulator::Fault;

use crate::scene::{Result, Scene, form_body, send};

/// A voucher on paper, good in one shop.
struct Voucher {
    number: Secret,
    shop: &'static str,
}

impl ExtensionGrant for Voucher {
    const GRANT_TYPE: &'static str = "https://plain.invalid/grants/voucher";

    fn parameters(&self, parameters: &mut GrantParameters) {
        parameters.add("voucher", self.number.clone()).add("shop", self.shop);
    }
}

/// The same at a server whose names are no URIs.
struct PlainVoucher(Voucher);

impl ExtensionGrant for PlainVoucher {
    const GRANT_TYPE: &'static str = "voucher";

    fn parameters(&self, parameters: &mut GrantParameters) {
        self.0.parameters(parameters);
    }
}

fn voucher(scene: &Scene) -> Voucher {
    Voucher { number: scene.emulator.voucher().into(), shop: "bakery" }
}

fn finish(
    scene: &Scene,
    start: Unauthorized<Extension>,
) -> Result<std::result::Result<Granted, FinishError<Extension>>> {
    let (request, in_flight) = start.request(scene.now())?;
    Ok(in_flight.finish(send(request)))
}

#[test]
fn a_grant_of_ones_own_brings_tokens_that_refresh_as_usual() -> Result {
    let scene = Scene::new();
    let own = voucher(&scene);
    let granted = finish(&scene, scene.client.extension_grant(&own)?)??;
    let seen = form_body(&scene.last("/token"));
    let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["grant_type", "voucher", "shop"]);
    assert_eq!(seen[1].1, own.number.expose(), "byte for byte");
    let authorized = expect!(granted, Granted::Refreshable(authorized) => authorized);
    let (request, in_flight) = authorized.refresh(&scene.client, scene.now())?;
    assert_eq!(scene.api(&in_flight.finish(send(request))?)?, 200);

    let plain = PlainVoucher(voucher(&scene));
    let error = scene.client.extension_grant(&plain).unwrap_err();
    assert_eq!(
        error.to_string(),
        "grant_type: is no absolute URI (RFC 3986 section 4.3): it begins with a scheme, as `urn:` or `https:`"
    );
    let start = scene.client.extension_grant_of_a_plain_name(&plain)?;
    finish(&scene, start.resource("urn:a:1")?.resource("urn:b:1")?)?.map(drop)?;
    let seen = form_body(&scene.last("/token"));
    let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["grant_type", "voucher", "shop", "resource", "resource"]);
    assert_eq!(seen[0].1, "voucher");
    Ok(())
}

#[test]
fn the_client_proves_itself_as_its_dialect_says() -> Result {
    let scene = Scene::new();
    let in_body = scene.client_of(|provider| {
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
    })?;
    finish(&scene, in_body.extension_grant(&voucher(&scene))?)?.map(drop)?;
    let seen = form_body(&scene.last("/token"));
    assert!(seen.contains(&("client_secret".into(), scene.emulator.client_secret().into())));
    Ok(())
}

#[test]
fn each_error_is_told_and_a_spent_voucher_is_dead() -> Result {
    let scene = Scene::new();
    let own = voucher(&scene);
    let closed = Voucher { number: own.number.clone(), shop: "butcher" };
    let error = finish(&scene, scene.client.extension_grant(&closed)?)?.unwrap_err();
    assert_eq!(error.remedy(), Remedy::Fix);
    // RFC 6749 section 8.5: an error of the grant's own, word for word.
    let response = expect!(error, FinishError::Refused { response, .. } => response);
    assert_eq!(response.code, ErrorCode::Other("shop_closed".into()));

    finish(&scene, scene.client.extension_grant(&own)?)?.map(drop)?;
    let error = finish(&scene, scene.client.extension_grant(&own)?)?.unwrap_err();
    let response = expect!(error, FinishError::Dead { response, .. } => response);
    assert_eq!(response.code, ErrorCode::InvalidGrant);
    Ok(())
}

#[test]
fn a_lost_answer_leaves_what_was_asked_for() -> Result {
    let scene = Scene::new();
    let own = voucher(&scene);
    scene.emulator.inject_at("/token", Fault::CutAfterActing);
    let (request, in_flight) = scene.client.extension_grant(&own)?.request(scene.now())?;
    let journal = stored::save(&in_flight);
    assert!(!journal.contains("voucher") && !journal.contains(own.number.expose()), "{journal}");
    assert_eq!(in_flight.finish(send(request)).unwrap_err().remedy(), Remedy::Decide);
    let in_doubt: InDoubt<Extension> = stored::load(journal.as_bytes())?;
    let again = in_doubt.assume_spent().again(scene.client.extension_grant(&voucher(&scene))?);
    finish(&scene, again)?.map(drop)?;
    Ok(())
}

#[test]
fn what_the_server_does_not_know_is_refused() -> Result {
    struct Stranger;
    impl ExtensionGrant for Stranger {
        const GRANT_TYPE: &'static str = "urn:example:stranger";
        fn parameters(&self, _: &mut GrantParameters) {}
    }
    let scene = Scene::new();
    let error = finish(&scene, scene.client.extension_grant(&Stranger)?)?.unwrap_err();
    assert!(matches!(error, FinishError::Refused { .. }), "{error:?}");
    scene.deviated("grant_type `urn:example:stranger` is not documented");
    Ok(())
}
