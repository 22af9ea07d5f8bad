//! How fast the machine is beside the bare store: one process, which waits for nobody.

use std::time::{Duration, Instant};

use oauth_proto::{
    Entropy, Outcome, Request, Response, Timestamp,
    fleet::{Found, Moment},
};

use super::{
    Failure,
    designs::{self, ours},
    run::{self, Engine},
    store::{self, Row, Store},
    token::token,
};

pub const HEADING: &str = "store         reads/s   asks/s   per read   ms per swap   ms per refresh   per two swaps   \
    operations per ask   swaps per refresh";

/// At most so many operations of the store for each ask.
const OPERATIONS: f64 = 1.01;
/// Of the asks that are timed, one in so many renews: once an hour, and a token is asked for a few times a minute.
const ASKS_PER_REFRESH: u32 = 500;

/// Measures it in turns, so that both have the same luck. Gives what was promised and does not hold.
pub fn alone(engine: Engine<'_>, time: Duration) -> Result<Vec<String>, Failure> {
    let client = designs::client("http://127.0.0.1:9")?;
    let mut store = ours::Counting { inner: store::open(engine.url)?, operations: 0, swaps: 0 };
    let worker = store.worker(Entropy::from_os()?, ours::policy(None));
    let start = Instant::now();
    let now = || Moment { wall: designs::wall(), monotonic: start.elapsed() };
    let hour = |wall: Timestamp| wall.plus(Duration::from_secs(3600));
    let mut send = |_: Request| -> Outcome {
        let ends = hour(designs::wall()).as_unix_millis();
        let body = format!(r#"{{"access_token":"A2","refresh_token":"R2","token_type":"Bearer","expires":{ends}}}"#);
        Response::new(200, [("Content-Type", "application/json")], body).into()
    };
    store.create()?;
    store.remove("speed")?;
    store.remove("bare")?;
    let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(hour(now().wall)))?;
    let usable = token(worker.log_in(&client, "speed", tokens), &mut store, &mut send, &now);
    let mut usable = usable.map_err(|why| why.to_string())?;
    let Found::Record(record) = store.get("speed") else { return Err("the record is gone".into()) };
    let body = record.bytes.to_vec();
    let mut bare = Row { key: "bare", expected: None, revision: 1, body: &body, due_at: Some(1) };
    store.replace(&bare);
    (store.operations, store.swaps) = (0, 0);

    let mut spent = [Duration::ZERO; 4];
    let (mut rounds, mut swaps, mut refreshes) = (0, 0, 0);
    while start.elapsed() < time || rounds == 0 {
        rounds += 1;
        timed(&mut spent[0], || (0..ASKS_PER_REFRESH).all(|_| matches!(store.inner.get("speed"), Found::Record(_))))?;
        timed(&mut spent[1], || {
            (0..ASKS_PER_REFRESH).all(|_| token(worker.ask(&client, "speed"), &mut store, &mut send, &now).is_ok())
        })?;
        bare = Row { expected: Some(bare.revision), revision: bare.revision + 1, ..bare };
        timed(&mut spent[2], || matches!(store.inner.replace(&bare), oauth_proto::fleet::Swap::Applied(_)))?;
        let before = store.swaps;
        timed(&mut spent[3], || {
            let ask = worker.ask(&client, "speed").rejected(&usable);
            let renewed = token(ask, &mut store, &mut send, &now);
            renewed.is_ok_and(|next| std::mem::replace(&mut usable, next).generation() + 1 == usable.generation())
        })?;
        refreshes += 1;
        swaps += store.swaps - before;
    }
    let asks = rounds * (ASKS_PER_REFRESH + 1);
    let operations = store.operations as f64 / f64::from(asks);
    let swaps = swaps as f64 / f64::from(refreshes);
    let per_second = |spent: Duration| f64::from(rounds * ASKS_PER_REFRESH) / spent.as_secs_f64();
    let millis = |spent: Duration| spent.as_secs_f64() * 1000.0 / f64::from(rounds);
    let [reads, asked, swap, refresh] = spent;
    println!(
        "{:<12} {:>8.0} {:>8.0} {:>10.2} {:>13.3} {:>16.3} {:>15.2} {operations:>20.4} {swaps:>19.2}",
        engine.name,
        per_second(reads),
        per_second(asked),
        asked.as_secs_f64() / reads.as_secs_f64(),
        millis(swap),
        millis(refresh),
        refresh.as_secs_f64() / swap.as_secs_f64() / 2.0,
    );
    let mut broken = Vec::new();
    if operations > OPERATIONS {
        broken.push(format!("{}: {operations:.4} operations per ask", engine.name));
    }
    if swaps != 2.0 {
        broken.push(format!("{}: {swaps:.4} swaps per refresh", engine.name));
    }
    Ok(broken)
}

/// The same of many processes: what they do in one another's way counts as well.
pub fn too_many_operations(row: &run::Row) -> Option<String> {
    let each = row.work.operations as f64 / row.work.asks.max(1) as f64;
    println!("{each:.4} operations per ask");
    (each > OPERATIONS).then(|| format!("{each:.4} operations per ask of many processes"))
}

fn timed(spent: &mut Duration, work: impl FnOnce() -> bool) -> Result<(), Failure> {
    let began = Instant::now();
    let worked = work();
    *spent += began.elapsed();
    if worked { Ok(()) } else { Err("the store does not answer".into()) }
}
