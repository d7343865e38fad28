//! A plain ureq agent that signs whatever passes through it.
//!
//! ```text
//! cargo run --example agent --features client -- https://abc123.execute-api.eu-west-1.amazonaws.com/prod/items
//! ```

use sigv4::SigV4;
use ureq::Agent;
use ureq::config::Config;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give a URL to get")?;
    let signing = SigV4::from_env("execute-api")?;
    let agent = Agent::new_with_config(Config::builder().middleware(signing).build());
    println!("{}", agent.get(&url).call()?.body_mut().read_to_string()?);
    Ok(())
}
