//! Mutual checks: the table of who may not be the same person. It is data, so that a site can read it, the
//! policy can name its rows, and the tests can run over every cell.

use super::names::{Badge, PersonId};
use super::policy::Policy;
use super::refusal::Refusal;

super::words! {
    /// A row of the table: two parts in one matter that no one person may play.
    Separation {
        /// Who asks for an order and who approves it.
        RequesterApprover = "requester_approver",
        /// Who acts and who stands beside them.
        ActorWitness = "actor_witness",
        /// Who took a medium out without an order and who ratifies it.
        ActorRatifier = "actor_ratifier",
        /// Who gives a medium to another organisation, or takes it, and who approves that.
        PartyApprover = "party_approver",
        /// Who counts a medium and who has it in hand.
        CounterCustodian = "counter_custodian",
        /// Who destroys a medium and who certifies it.
        DestroyerCertifier = "destroyer_certifier",
    }
}

impl Separation {
    /// Whether the policy may leave the row out. The others are what makes an approval one.
    #[must_use]
    pub const fn may_be_left_out(self) -> bool {
        matches!(self, Self::CounterCustodian)
    }

    /// Whether the same person may play both parts under this policy.
    #[must_use]
    pub fn allows(self, policy: &Policy, one: PersonId, other: PersonId) -> bool {
        one != other || !policy.separate.contains(&self)
    }

    /// Refuses the same person in both parts.
    ///
    /// # Errors
    /// The refusal, which names the row.
    pub fn check(
        self,
        policy: &Policy,
        one: PersonId,
        (other, badge): (PersonId, &Badge),
    ) -> Result<(), Refusal> {
        if self.allows(policy, one, other) {
            return Ok(());
        }
        Err(Refusal::SamePerson { row: self, badge: badge.clone() })
    }
}
