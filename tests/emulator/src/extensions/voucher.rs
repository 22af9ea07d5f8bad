//! A grant that this server made up (RFC 6749 section 4.5): vouchers on paper, good in one shop.

use crate::Emulator;
use crate::answer::{Answer, Refusal};
use crate::state::State;
use crate::table::{Param, ProviderTable};
use crate::token::Request;

pub(super) const GRANT_TYPE: &str = "https://plain.invalid/grants/voucher";
/// The same under a name that is no URI, against RFC 6749 section 4.5.
pub(super) const PLAIN_NAME: &str = "voucher";

const OURS: &str = "RFC 6749 section 4.5";
const REQUIRED: &[Param] = &[("grant_type", OURS), ("voucher", OURS), ("shop", OURS)];
const OPTIONAL: &[Param] = &[
    ("resource", "RFC 8707 section 2"),
    ("scope", "RFC 6749 section 3.3"),
    ("client_id", "RFC 6749 section 2.3.1"),
    ("client_secret", "RFC 6749 section 2.3.1"),
];

pub(super) fn extend(table: &mut ProviderTable) {
    table.grant(GRANT_TYPE, REQUIRED, OPTIONAL);
    table.grant(PLAIN_NAME, REQUIRED, OPTIONAL);
}

impl Emulator {
    /// A voucher for the shop `bakery`: it brings tokens once.
    pub fn voucher(&self) -> String {
        let state = &mut *self.shared.lock();
        // Characters that need encoding in a form.
        let voucher = format!("{} &=+%41", state.mint.opaque());
        state.extensions.vouchers.push(voucher.clone());
        voucher
    }
}

pub(super) fn answer(request: &Request<'_>, state: &mut State) -> Result<Answer, Refusal> {
    let scope = super::scope(request)?;
    if request.params.required("shop")? != "bakery" {
        // RFC 6749 section 8.5: an error of its own.
        return Err(Refusal::protocol("shop_closed", "there is no such shop"));
    }
    let voucher = request.params.required("voucher")?;
    let at = state.extensions.vouchers.iter().position(|known| known == voucher);
    let at = at.ok_or_else(|| Refusal::protocol("invalid_grant", "the voucher is spent, or none of ours"))?;
    state.extensions.vouchers.remove(at);
    Ok(super::tokens(request, state, None, scope, true))
}
