//! The states of a login on a device (RFC 8628).

use super::{NotReached, Scenario};
use crate::{
    device::{AwaitingUser, DeviceAuthorizing, Polling},
    http::{Outcome, Request, Response},
};

impl<K> Scenario<'_, K> {
    /// A device authorization request on its way.
    ///
    /// # Errors
    /// The provider's data has no device authorization endpoint, or no token endpoint.
    pub fn device_authorizing(&self) -> Result<(Request, DeviceAuthorizing), NotReached> {
        let login = self.client().device_authorization().map_err(NotReached::at("a device asks for its codes"))?;
        Ok(login.request(self.clock()))
    }

    /// Its answer (RFC 8628 section 3.2): the code `WDJB-MJHT`, good for half an hour, to be asked about each 5 seconds.
    pub fn device_codes(&self) -> Outcome {
        let body = r#"{"device_code":"D1","user_code":"WDJB-MJHT","verification_uri":"https://id.example/device",
            "expires_in":1800,"interval":5}"#;
        Response::new(200, [("Content-Type", "application/json")], body).into()
    }

    /// A device that shows its code.
    ///
    /// # Errors
    /// As [`device_authorizing`](Self::device_authorizing).
    pub fn awaiting_user(&self) -> Result<AwaitingUser, NotReached> {
        let (_, authorizing) = self.device_authorizing()?;
        authorizing.finish(self.device_codes(), self.clock()).map_err(NotReached::at("a device shows its code"))
    }

    /// A device that asks, as soon as it may. [`tokens`](Self::tokens) is what it waits for; until then, a server says
    /// [`refusal("authorization_pending")`](Self::refusal), or `slow_down`, and in the end `access_denied` or `expired_token`.
    ///
    /// ```
    /// use oauth_proto::{device::Polled, test_util::{self, Scenario, at}};
    ///
    /// let client = test_util::public_client()?;
    /// let scenario = Scenario::of(&client);
    /// let (_, polling) = scenario.polling()?;
    /// let Polled::Pending(awaiting) = polling.finish(scenario.refusal("slow_down"), at(5))? else { unreachable!() };
    /// assert_eq!(awaiting.not_before(), at(15), "RFC 8628 section 3.5: five seconds more, for good");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`device_authorizing`](Self::device_authorizing).
    pub fn polling(&self) -> Result<(Request, Polling), NotReached> {
        let awaiting = self.awaiting_user()?;
        let soonest = awaiting.not_before();
        awaiting.poll(self.client(), soonest).map_err(NotReached::at("a device asks for its tokens"))
    }
}
