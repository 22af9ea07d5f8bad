//! What must hold after each event. The names S1 to S9 are those of `docs/fleet.md`.

use std::time::Duration;

use super::{
    node::{Doing, Kind, Received, name_of},
    server::{Answer, HIDDEN, Number, access_token, number_of},
    setting::{PERMIT, Setting},
    store::{Replacement, Row, Written},
    world::World,
};
use crate::{
    Decision,
    fleet::{Moment, Stopped, Swapping, Usable, Version},
    fuzzing::claims,
};

/// How long a server is left alone at the least after an answer.
const AT_LEAST: Duration = Duration::from_secs(1);

impl World<'_> {
    /// A record is replaced: `after` stands in the place of `before`, by an ask of this kind.
    pub(super) fn replaced(&mut self, key: usize, before: Option<&Row>, after: &Row, kind: Kind) {
        let Some(new) = &after.written else { unreachable!("no worker wrote this: {:?}", after.bytes) };
        assert!(self.server.has_issued(new.access), "S3: the store is ahead of the server");
        self.lendable.insert((key, new.generation, new.access));
        self.stored.insert(new.access);
        let old = before.and_then(|row| row.written.as_ref());
        let another = old.is_none_or(|old| (&old.login, old.generation) != (&new.login, new.generation));
        let highest = self.highest.entry((key, new.login.clone())).or_default();
        *highest = new.generation.max(*highest);
        if let Some(refresh) = new.refresh.filter(|_| another) {
            self.allow(refresh);
        }
        if self.outside {
            return;
        }
        let login_is_new = self.logins.insert((key, new.login.clone()));
        let Some(old) = old else { return };
        assert!(new.revision > old.revision, "a revision does not grow");
        assert!(new.generation >= old.generation, "S9: a generation went back");
        if new.generation == old.generation {
            assert_eq!(new.access, old.access, "S9: a generation has two tokens");
        }
        assert!(new.login == old.login || login_is_new, "a login was overwritten by what came before it");
        if old.presented > new.presented && !another {
            if kind == Kind::Decide(Decision::AssumeUnspent) {
                self.dared = true;
                new.refresh.into_iter().for_each(|refresh| self.allow(refresh));
            } else {
                // Who was taken for dead says that it presented nothing. Whether that is true, `known` looks at.
                assert_eq!(old.presented, new.presented.saturating_add(1), "what was presented is forgotten");
            }
        }
        self.known(new);
    }

    /// A refresh token may be presented as often as the policy says, in each generation that has it.
    fn allow(&mut self, refresh: Number) {
        let allowed = self.allowed.entry(refresh).or_default();
        *allowed = allowed.saturating_add(self.setting.presentations);
    }

    /// A record that says that nothing was presented holds a token that is not spent.
    fn known(&self, row: &Written) {
        let claims_so = row.presented == 0 && row.sending.is_none();
        if let Some(refresh) = row.refresh.filter(|_| claims_so && !self.dared && !self.outside) {
            assert!(!self.server.is_spent(refresh), "a token was spent, and the record does not know");
        }
    }

    /// A refresh token came to the server.
    pub(super) fn presented(&self, token: Number, answer: &Answer) {
        if self.outside {
            return;
        }
        let allowed = self.allowed.get(&token).copied().unwrap_or_default();
        assert!(self.server.presented(token) <= allowed, "S1: a refresh token is presented too often");
        if matches!(answer, Answer::Revoked) {
            let chosen = self.setting.probes || self.dared || self.clocks_are_wrong;
            assert!(chosen, "S2: the server took it for theft");
        }
        for row in self.rows.iter().flatten().filter_map(|row| row.written.as_ref()) {
            if row.refresh == Some(token) {
                self.known(row);
            }
        }
    }

    /// A worker is to replace a record.
    pub(super) fn will_replace(&mut self, who: usize, swapping: &Swapping<'_>) {
        let (now, suspicion) = (self.now, self.setting.suspicion());
        let Some(node) = self.nodes.get_mut(who) else { return };
        let replacement = Replacement::of(node.key, swapping);
        if let Some(before) = node.unanswered.take() {
            assert!(before == replacement, "a store that did not answer is asked for something else");
            return;
        }
        let Some(new) = Written::read(&replacement.bytes) else {
            unreachable!("no record: {}", String::from_utf8_lossy(&replacement.bytes))
        };
        let first = new.sending.is_none() || self.claims.insert(replacement.bytes.clone());
        assert!(first, "S1: two claims are the same");
        if let (Some(due_at), Some(until)) = (swapping.due_at(), new.not_before) {
            assert!(due_at >= until, "it is due while the server wants to be left alone");
        }
        let expected = replacement.expected.as_ref().map(name_of);
        let old = expected.and_then(|version| self.versions.get(&(node.key, version)));
        let Moment { wall, monotonic } = node.moment(now);
        if new.sending.is_some() {
            node.claim = Some((replacement.bytes.clone(), monotonic));
        }
        new.sending.iter().for_each(|by| _ = node.own.insert(by.clone()));
        let Some(old) = old.filter(|_| !self.outside) else { return };
        let same = (&old.login, old.generation) == (&new.login, new.generation);
        if same && new.sending.is_some() && node.rejected != Some(new.access) {
            let waits = old.not_before.is_some_and(|until| Setting::is_to_wait(until, wall));
            assert!(!waits, "the server wants to be left alone, and is not");
            if let Some((answered, wrote)) = &node.answered {
                let at_once = *wrote == replacement.expected && *answered <= wall && wall < answered.plus(AT_LEAST);
                assert!(!at_once, "a server that has just answered is asked again at once");
            }
        }
        if let Some(by) = old.sending.as_ref().filter(|by| same && !node.own.contains(*by)) {
            let watched = replacement.expected.as_ref().map_or(Duration::MAX, |version| node.watched(version, now));
            assert!(watched >= suspicion, "{by} is taken for dead after {watched:?}");
        }
    }

    /// A worker is to send: the refresh token of this number.
    pub(super) fn will_send(&mut self, who: usize, token: Option<Number>) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(who) else { return };
        let Some((bytes, since)) = node.claim.take() else { unreachable!("nothing was claimed") };
        let late = node.moment(now).monotonic.saturating_sub(since);
        assert!(late <= PERMIT, "a permit is {late:?} old");
        let Some(claimed) = Written::read(&bytes) else { unreachable!("it was a record") };
        assert_eq!(token, claimed.refresh, "another token is sent than was claimed");
        node.sent = Some((now, claimed));
    }

    /// A worker got tokens: they are stored in the end, or handed back.
    pub(super) fn received(&mut self, who: usize, number: Number) {
        let Some(node) = self.nodes.get_mut(who) else { return };
        let Some((_, claimed)) = &node.sent else { unreachable!("nothing was sent") };
        let (login, generation) = (claimed.login.clone(), claimed.generation.saturating_add(1));
        node.received = Some(Received { number, login, generation });
        node.brought = Some(number);
    }

    /// Others went on from tokens of their own: what a worker received is not needed any more.
    pub(super) fn is_beyond(&mut self, who: usize) {
        let Some(node) = self.nodes.get_mut(who) else { return };
        let Some(received) = &node.received else { return };
        let row = self.rows.get(node.key).and_then(Option::as_ref).and_then(|row| row.written.as_ref());
        let stored = self.stored.contains(&received.number);
        let later = self.highest.get(&(node.key, received.login.clone())).is_some_and(|at| *at >= received.generation);
        let other = row.is_some_and(|row| row.login != received.login);
        if stored || later || other || self.outside {
            node.received = None;
        }
    }

    /// A worker has a token to use.
    pub(super) fn will_use(&mut self, who: usize, usable: Usable) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(who) else { return };
        assert!(node.received.is_none(), "S7: what was received is lost");
        let Some(access) = number_of(usable.access_token().expose()) else { unreachable!("nobody issued it") };
        assert!(
            self.lendable.contains(&(node.key, usable.generation(), access)),
            "S4: a token is used that was not stored"
        );
        assert!(node.rejected != Some(access), "a token is used that an API refused");
        // Who renewed it uses it to its very end, by a clock that may be wrong.
        let own = node.brought == Some(access);
        let margin = if own { Duration::ZERO } else { self.setting.skew.saturating_mul(2) };
        let wall = node.moment(now).wall;
        assert!(usable.expires_at().is_some_and(|end| wall.plus(margin) < end), "a token is used to its end");
        if !self.clocks_are_wrong && !self.outside && !own {
            assert!(now < self.server.ends(access), "a token is used that is over");
        }
        if let (Some(lent), Some(seen)) = (node.lent.get_mut(node.key), node.seen.get_mut(node.key)) {
            *seen = usable.seen();
            *lent = Some(usable);
        }
        node.rests();
        self.server.used(access);
    }

    /// There is none.
    pub(super) fn will_stop(&mut self, who: usize, stopped: &Stopped) {
        claims::error(stopped, &HIDDEN);
        let Some(node) = self.nodes.get_mut(who) else { return };
        if let (Some(received), Stopped::NotStored { tokens, .. }) = (&node.received, stopped) {
            assert!(tokens.access_token().matches(&access_token(received.number)), "other tokens are handed back");
            node.received = None;
        }
        assert!(node.received.is_none() || self.rows.get(node.key).is_none_or(Option::is_none), "S7: a token is lost");
        assert!(!matches!(stopped, Stopped::Fix(_)) || self.outside, "the client is right: {stopped}");
        node.rests();
    }

    /// Nobody is in the middle of anything.
    pub(super) fn all_rest(&self) {
        let all = self.nodes.iter().all(|node| matches!(node.doing, Doing::Idle));
        assert!(all, "S5: a worker is stuck");
    }

    /// The version that a worker's own replacement became.
    pub(super) fn wrote(&mut self, who: usize, version: &Version) {
        if let Some((_, wrote)) = self.nodes.get_mut(who).and_then(|node| node.answered.as_mut()) {
            wrote.get_or_insert_with(|| version.clone());
        }
    }
}
