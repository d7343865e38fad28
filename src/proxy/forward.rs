//! The way of one request: route, rewrite, body, sign, upstream, and back.

use super::answer::{Answer, ERROR_HEADER, Refused};
use super::body::{How, Room, prepare};
use super::callers::{Proof, SignedCaller, refuse_pages, take_off, take_token};
use super::cause::Cause;
use super::drain::Drain;
use super::exchange::Exchange;
use super::explained::Kept;
use super::failed::refused_by;
use super::hop;
use super::inbound::Wire;
use super::memory::Memory;
use super::metrics::registry::Metrics;
use super::named_host::{ShownHost, named_host, without_port};
use super::places::{Places, Share};
use super::sending::{Late, Progress, Sending, within};
use super::settings::{Body, Callers, Limits, Listen, Route, Settings};
use super::signing::{sign, unsignable};
use super::tunnel::{self, Held};
use super::unread::Unread;
use super::way::Way;
use crate::request::timestamp::Timestamp;
use http::request::Parts;
use http::{Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper_util::client::legacy::ResponseFuture;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use std::{format, io};

/// Where a request came in.
pub(crate) struct Connection<'c> {
    pub(crate) wire: &'c Arc<Wire>,
    pub(crate) drain: &'c Drain,
}

/// What a proxy answers by, from one reload to the next.
pub(crate) struct State {
    callers: Callers,
    limits: Limits,
    /// Bytes in files.
    spooled: Places,
    /// Those for bodies of callers whose signatures are not verified before the body is known.
    unproven: Places,
    /// Of hashed bodies, and of those of callers who are not verified before.
    memory: Memory,
    unproven_memory: Memory,
    /// Requests.
    requests: Places,
    /// Browsers reach the port, and what they show may be anybody's.
    refuses_pages: bool,
    ways: Vec<Way>,
}

impl State {
    /// What the former one's requests have taken stays taken. `listen` is where it listens: settings that
    /// are loaded later may say what takes a restart.
    ///
    /// # Errors
    /// As [`Way::new`].
    pub(crate) fn new(
        settings: Settings,
        listen: &Listen,
        metrics: &Metrics,
        former: Option<&Self>,
    ) -> io::Result<Self> {
        let limits = &settings.limits;
        let ways = settings.routes.iter().map(|route| {
            let mut named = former.iter().flat_map(|former| &former.ways);
            let named = named.find(|way| way.route.name == route.name);
            Way::new(route, metrics, limits, named)
        });
        let ways = ways.collect::<io::Result<_>>()?;
        let kept = |places: Option<&Places>, limit| match places {
            Some(places) => {
                places.limit_to(limit);
                places.clone()
            }
            None => Places::new(limit),
        };
        metrics.serve(settings.routes.iter().map(|route| &**route));
        let on_loopback =
            matches!(listen, Listen::Tcp(address) if address.ip().to_canonical().is_loopback());
        let (unproven, unproven_memory) = match &settings.callers {
            Callers::Resign(_) => (limits.of_unknown_callers(), limits.memory / 4),
            _ => (0, 0),
        };
        Ok(Self {
            ways,
            refuses_pages: on_loopback && matches!(&settings.callers, Callers::Anybody),
            callers: settings.callers,
            spooled: kept(
                former.map(|former| &former.spooled),
                limits.spooled.saturating_sub(unproven),
            ),
            unproven: kept(former.map(|former| &former.unproven), unproven),
            memory: Memory::or_new(
                former.map(|former| &former.memory),
                limits.memory.saturating_sub(unproven_memory),
            ),
            unproven_memory: Memory::or_new(
                former.map(|former| &former.unproven_memory),
                unproven_memory,
            ),
            requests: kept(
                former.map(|former| &former.requests),
                limits.requests as u64,
            ),
            limits: settings.limits,
        })
    }

    fn place(&self) -> Result<Share, Refused> {
        let mut place = self.requests.share();
        let busy = || {
            let limit = self.limits.requests;
            let message = format!("{limit} requests wait for an answer, and no more may");
            Refused::new(Cause::Busy, message)
        };
        place.take(1).then_some(place).ok_or_else(busy)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The upstream's answer, or why there is none.
    pub(crate) async fn forward(
        &self,
        mut request: Request<Incoming>,
        exchange: &mut Exchange,
        connection: Connection<'_>,
    ) -> Result<Response<Answer>, Refused> {
        let upgrade_here = hyper::upgrade::on(&mut request);
        let (mut head, body) = request.into_parts();
        // From here on it is taken from its sender, whatever is answered.
        let body = Unread::new(body, &head.headers);
        let decision = (connection.wire).decision(head.version, &head.headers);
        if let Callers::Token(token) = &self.callers {
            take_token(&mut head.headers, token)?;
        }
        let way = self.way(&head)?;
        exchange.takes(&way.counted);
        if self.refuses_pages {
            refuse_pages(&head, &way.route)?;
        }
        let times = way.route.times;
        connection.wire.may_wait(times.idle);
        let is_http2 = head.version > Version::HTTP_11;
        let _place = self.place()?;
        let resigned = match &self.callers {
            Callers::Resign(principals) => Some((principals, head.clone())),
            _ => None,
        };
        let of_connection = hop::take_off(&mut head.headers);
        way.redirect(&mut head)?;
        let verified = resigned.as_ref().map(|(_, arrived)| arrived);
        take_off(&mut head, verified).map_err(unsignable)?;
        // A rule may pass the caller's authorization on by another name; none can bring one back.
        way.apply_header_rules(&mut head);
        hop::take_signature_off(&mut head.headers);
        let scope = way.scope(&head.uri)?;
        way.route.allow.check(&scope)?;
        let profile = way.profile(&scope);
        way.route.check_border(head.uri.path(), &profile)?;
        let is_upgrade = of_connection.upgrade.is_some();
        let caller = match &resigned {
            Some((principals, arrived)) => Some(SignedCaller {
                principals,
                limits: &self.limits,
                arrived,
                scope: &scope,
                now: now()?,
                upgrades: is_upgrade,
            }),
            None => None,
        };
        let proof = caller.as_ref().map(|caller| caller.begin(&head));
        let mut proof = proof.transpose()?;
        let how = How {
            rule: rule_for(&way.route, proof.as_ref()),
            profile: &profile,
            limits: &way.limits,
            room: self.room_for(proof.as_ref(), times.connect),
            idle: times.idle,
            is_http2,
            verified: proof.as_mut().and_then(|proof| proof.chunks.take()),
        };
        let prepared = prepare(exchange.receiving(body), &mut head, how).await;
        let prepared = prepared.map_err(|fault| match &caller {
            Some(caller) => caller.broken(fault),
            None => fault.into(),
        })?;
        if let (Some(caller), Some(proof)) = (&caller, proof) {
            exchange.is_of(caller.end(proof, prepared.payload)?);
        }
        let signer = way.signer(&scope, profile).await?;
        let place = way.place().await?;
        let mut request = Request::from_parts(head, ());
        let began = Instant::now();
        let at = now()?;
        let payload = prepared.payload;
        let kept = Kept::of(&request, payload);
        let signature = sign(&signer, &mut request, payload, at)?;
        exchange.passes(&request, payload, at);
        let body = prepared.behind(&signer, signature, at)?;
        exchange.signed_since(began);
        way.leave_host_to_the_version(request.headers_mut());
        of_connection.ask_on(request.headers_mut());
        let began = Instant::now();
        let (body, progress) = Sending::new(body);
        let sent = way.pool.client(is_upgrade).request(request.map(|()| body));
        let mut response = answer_within(&way.route, sent, &progress).await?;
        response.headers_mut().remove(ERROR_HEADER);
        exchange.answered_since(began, &response);
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            connection.wire.may_wait(times.tunnel);
            let here = decision.map(|decision| (decision, upgrade_here));
            let keeps = Held {
                place,
                guard: connection.drain.guard(),
                idle: times.tunnel,
            };
            return tunnel::switch(response, here.filter(|_| is_upgrade), exchange, keeps);
        }
        // RFC 9110, 2.5: the version is the proxy's own. In HTTP/1.0 the end of the connection would be that of
        // the body, whoever broke it off.
        *response.version_mut() = Version::HTTP_11;
        hop::take_off(response.headers_mut());
        let (response, why) = kept
            .explain(response, &signer, at, exchange.recorded())
            .await;
        exchange.explained(why);
        Ok(response.map(|body| Answer::streamed(body, times.idle, place, is_http2)))
    }

    fn room_for(&self, proof: Option<&Proof>, patience: Duration) -> Room<'_> {
        let is_known = proof.is_none_or(Proof::is_of_known_caller);
        let (files, memory) = if is_known {
            (&self.spooled, &self.memory)
        } else {
            (&self.unproven, &self.unproven_memory)
        };
        Room {
            files,
            memory,
            patience,
        }
    }

    fn way(&self, head: &Parts) -> Result<&Way, Refused> {
        let host = without_port(named_host(head));
        let path = head.uri.path();
        let mut ways = self.ways.iter();
        let none = || {
            // Which hosts have routes is not anybody's to ask.
            let host = ShownHost(host);
            let message = format!("no route takes this path of the host \"{host}\"");
            Refused::new(Cause::NoRoute, message)
        };
        ways.find(|way| way.route.takes(host, path))
            .ok_or_else(none)
    }
}

/// Bodies may take long to come: the time is asked for where it is needed.
fn now() -> Result<Timestamp, Refused> {
    Timestamp::try_from(SystemTime::now()).map_err(unsignable)
}

/// What a caller has signed the hash of is hashed, whatever the route's rule is.
fn rule_for(route: &Route, proof: Option<&Proof>) -> Body {
    if proof.is_some_and(Proof::needs_hash) {
        Body::Hashed
    } else {
        route.body
    }
}

/// The head of the answer, where body and answer go on in time.
async fn answer_within(
    route: &Route,
    sent: ResponseFuture,
    progress: &Progress,
) -> Result<Response<Incoming>, Refused> {
    let times = &route.times;
    let message = match within(sent, progress, times).await {
        Ok(answer) => return answer.map_err(|error| refused_by(&error, &route.name)),
        Err(Late::Answer) => format!("the upstream did not answer within {:?}", times.answer),
        Err(Late::Body) => format!(
            "the upstream took no more of the body within {:?}",
            times.idle
        ),
    };
    Err(Refused::new(Cause::SlowUpstream, message))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::listen::listener::Slots;
    use super::*;

    /// However loopback is written.
    #[test]
    fn pages_are_refused_on_loopback() {
        let metrics = Metrics::new(Slots::new(1).unwrap());
        for (listen, refuses) in [
            ("127.0.0.1:80", true),
            ("127.1.2.3:80", true),
            ("[::1]:80", true),
            ("[::ffff:127.0.0.1]:80", true),
            ("0.0.0.0:80", false),
            ("[::ffff:10.0.0.1]:80", false),
        ] {
            let here = Listen::Tcp(listen.parse().unwrap());
            // What the settings say is not yet so.
            let settings = Settings::new(Listen::Unix("/nowhere".into()), Vec::new());
            let state = State::new(settings, &here, &metrics, None).unwrap();
            assert_eq!(state.refuses_pages, refuses, "{listen}");
        }
    }
}
