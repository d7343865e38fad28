//! What the inspector asks about a request once more, long after its answer.

use super::authorize::Authorizer;
use super::iam::decision::{Deciding, INVOKE, deciding};
use super::route::Route;
use super::s3::object::Object;
use super::service::Service;
use super::state::State;
use crate::request::timestamp::Timestamp;
use http::request::Parts;
use std::string::String;

impl State {
    /// What decided about a request that came at this time.
    pub(crate) fn authorizer(&self, now: Timestamp) -> Authorizer<'_> {
        Authorizer {
            service: self.service,
            api: &self.api,
            principals: &self.principals,
            limits: &self.limits,
            #[cfg(feature = "v4a")]
            key_pairs: self.key_pairs.as_ref(),
            now,
        }
    }

    /// What IAM is asked about a request: the action, and on what. `None` for what is not served.
    pub(crate) fn asked(&self, head: &Parts) -> Option<(&'static str, String)> {
        match self.service {
            Service::ApiGateway => {
                let route = Route::of(head, &self.api)?;
                let resource = self.api.resource(head.method.as_str(), route.path());
                Some((INVOKE, resource))
            }
            Service::S3 => {
                let object = Object::of(head).ok()?;
                let action = Object::action(&head.method).ok()?;
                Some((action, object.arn_in(self.api.partition())))
            }
        }
    }

    /// The statement that decides about a call of whoever has this access key.
    pub(crate) fn deciding(
        &self,
        access_key_id: &str,
        action: &str,
        resource: &str,
    ) -> Option<Deciding> {
        let (principal, _) = self.principals.find(access_key_id)?;
        deciding(&principal.policies, action, resource)
    }

    /// Whoever has this access key.
    pub(crate) fn caller(&self, access_key_id: &str) -> Option<&str> {
        let (principal, _) = self.principals.find(access_key_id)?;
        Some(principal.arn.as_str())
    }

    /// Where credentials have to be scoped to.
    pub(crate) fn region(&self) -> &str {
        &self.api.region
    }
}
