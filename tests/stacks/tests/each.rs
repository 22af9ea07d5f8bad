//! Every test of the suite, for every stack.

use oauth_proto_stacks::stack::{
    Curl, Hyper, HyperPooled, Isahc, Reqwest, ReqwestBlocking, ReqwestPooled, Stack, Ureq,
};

macro_rules! tests {
    ($stack:ty: $($suite:ident: $($test:ident)*;)*) => {
        $($(
            #[test]
            fn $test() {
                oauth_proto_stacks::$suite::$test(&<$stack as super::Stack>::start());
            }
        )*)*
    };
}

macro_rules! of_every_stack {
    ($stack:ty) => {
        tests! { $stack:
            flows:
                the_whole_flow
                a_get_brings_its_answer_too
                every_method_arrives
                a_refusal_arrives_with_its_words
                a_wrong_secret_spends_nothing
                too_many_requests
                redirects_are_not_followed;
            faults:
                a_cut_before_acting_is_not_sent_again
                a_cut_after_acting_is_not_sent_again
                a_refused_connection_sent_nothing
                a_connection_that_never_comes_about
                https_is_never_plaintext
                an_unknown_host_was_sent_nothing
                an_error_shows_no_credentials
                the_deadline_is_kept
                a_short_body_brings_no_tokens
                bodies_that_are_refused
                a_failing_server_leaves_doubt;
            wire:
                a_cut_on_a_kept_connection
                a_kept_connection_that_has_died
                a_trickle_meets_the_deadline
                a_flood_is_cut_off
                the_limit_is_exact
                answers_that_are_cut_short;
        }
    };
}

macro_rules! of_asynchronous_stacks {
    ($stack:ty) => {
        tests! { $stack:
            dropped:
                an_exchange_is_in_doubt
                a_send_that_never_began
                a_refresh_is_in_doubt
                a_keeper_asks_for_a_decision;
        }
    };
}

mod ureq {
    of_every_stack!(super::Ureq);
}

mod curl {
    of_every_stack!(super::Curl);
}

mod reqwest {
    of_every_stack!(super::Reqwest);
    of_asynchronous_stacks!(super::Reqwest);
}

mod reqwest_blocking {
    of_every_stack!(super::ReqwestBlocking);
}

mod hyper {
    of_every_stack!(super::Hyper);
    of_asynchronous_stacks!(super::Hyper);
}

mod isahc {
    of_every_stack!(super::Isahc);
    of_asynchronous_stacks!(super::Isahc);
}

/// Not what the adapters' files advise, but what happens where a program brings a client of its own.
mod reqwest_pooled {
    of_every_stack!(super::ReqwestPooled);
}

mod hyper_pooled {
    of_every_stack!(super::HyperPooled);
}
