//! A request on its way to the wire: what the step says of it, and what goes into it.

use std::sync::Arc;

use crate::{
    client::AnyClient,
    dialect::{Additions, Filled, Pair, Placed, ResponseStep, Values, Wire, with_query},
    error::RequestFault,
    http::{Body, Header, Request, Target},
    vocabulary::Endpoint,
};

/// A standard parameter; `None` stands for one that this request does not have.
type Optional<'a> = Option<(&'static str, &'a str)>;

/// As many as a grant has at most.
pub(super) type Parameters<'a> = [Optional<'a>; 4];

/// A request of one step, but for the parameters of its grant.
pub(super) struct Draft<'a> {
    pub(super) client: &'a AnyClient,
    pub(super) wire: Wire<'a>,
    pub(super) additions: &'a Additions,
    pub(super) endpoint: &'a Endpoint,
    pub(super) values: Values<'a>,
    /// Parameters beyond those of RFC 6749: of extensions, under names that no dialect changes.
    pub(super) more: &'a [(&'a str, &'a str)],
    /// What the answer is.
    pub(super) answer: &'a ResponseStep,
}

impl Draft<'_> {
    pub(super) fn request(&self, own: Parameters<'_>) -> Result<Request, RequestFault> {
        let Wire { method, body, authentication, basic_encoding, parameters, .. } = self.wire;
        let proof = self.client.proof(authentication, basic_encoding);
        let client_id = proof.client_id.then(|| ("client_id", self.client.client_id()));
        let client_secret = proof.secret.map(|secret| ("client_secret", secret.expose()));
        let mut added = self.additions.parameters(&self.values).ok_or(RequestFault::NotBound)?;
        for (at, pair) in self.more.iter().enumerate() {
            added.insert(at, Filled::from(*pair)); // few, and seldom any
        }
        let fields = self.additions.headers(&self.values).ok_or(RequestFault::NotBound)?;

        let place = |parameter: Option<_>| {
            let (name, value) = parameter?;
            Some((parameters.in_query.contains(name), parameters.pair(name, value)?))
        };
        let [first, second, third, fourth] = own;
        let standard =
            [place(first), place(second), place(third), place(fourth), place(client_id), place(client_secret)];
        let placed = |in_query: bool| {
            let there = standard.iter().flatten().filter(move |(stands, _)| *stands == in_query);
            there.map(|(_, pair)| *pair)
        };
        let added = added.iter().map(|Filled { name, value, bare }| Pair { name, value, bare: *bare });

        let mut url = Target::Endpoint(self.endpoint.text().clone());
        if !parameters.in_query.is_empty() {
            url = Target::WithQuery(with_query(url.as_str(), placed(true)).into());
        }
        let Placed { url, content_type, body } = body.place(url, placed(false).chain(added));
        let mut headers = Vec::with_capacity(fields.len().saturating_add(3));
        // A provider may have types of its own for both.
        let own = |name: &str| fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
        let content_type = content_type.filter(|_| !own("content-type"));
        headers.extend(content_type.map(|content_type| Header::plain("Content-Type", content_type)));
        if !own("accept") {
            headers.push(Header::plain("Accept", self.answer.format.media_type()));
        }
        headers.extend(proof.header.map(|credentials| Header::shared("Authorization", Arc::clone(credentials))));
        headers.extend(fields.into_iter().map(|Filled { name, value, .. }| Header::new(name.to_owned(), value)));
        let contract = self.client.provider().contract(self.endpoint);
        Ok(Request::new(method, url, headers, Body::from(body), contract))
    }
}
