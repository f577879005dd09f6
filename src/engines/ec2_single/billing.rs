//! Billing of bare EC2: instances and their volumes, no engine fee.

use crate::engines::Charge;
use crate::engines::usage::{Ec2Usage, Terms, node_charges};

/// EC2 per second from `running`, 60 s minimum at every start (EC2 user guide, 2023-05); EBS per node.
#[must_use]
pub fn charges(usage: &Ec2Usage, terms: &Terms) -> Vec<Charge> {
    node_charges(&usage.nodes, terms)
}
