//! One trial per server and feature, named `server::feature`. `tests/interop/run` starts the servers.

use std::{
    collections::BTreeMap,
    env, fs,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};
use oauth_proto_interop::{
    Feature, Result, Server, features,
    table::{LACKS, Seen},
};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let Some(folder) = env::var_os("OAUTH_PROTO_INTEROP") else {
        eprintln!("suite: no server runs: start the suite with `tests/interop/run`");
        return ExitCode::FAILURE;
    };
    match servers(folder.as_ref()) {
        Ok(servers) => run(&arguments, &servers, folder.as_ref()),
        Err(error) => {
            eprintln!("suite: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The servers that said they are ready, in the order in which they are described.
fn servers(folder: &std::path::Path) -> Result<Vec<Arc<Server>>> {
    let mut ready = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ready") {
            let server = Server::ready(fs::read_to_string(path)?.trim_end())?;
            ready.insert(server.about.name, server);
        }
    }
    let described = oauth_proto_interop::servers::all();
    Ok(described.iter().filter_map(|about| ready.remove(about.name)).map(Arc::new).collect())
}

/// A name in a description that is no feature's.
fn unknown(server: &Server, features: &[Feature]) -> Option<&'static str> {
    let about = server.about;
    let mut said = about.says.iter().copied().flatten().map(|(id, _)| *id);
    let mut lacking = about.lacks.iter().copied().flatten().flat_map(|lack| lack.of).copied();
    said.find(|name| features.iter().all(|feature| feature.id != *name))
        .or_else(|| lacking.find(|name| features.iter().all(|feature| feature.id != *name && feature.file() != *name)))
}

fn run(arguments: &Arguments, servers: &[Arc<Server>], folder: &std::path::Path) -> ExitCode {
    let features = features::all();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut trials = Vec::new();
    for server in servers {
        if let Some(id) = unknown(server, &features) {
            eprintln!("suite: the description of {} names `{id}`, and there is no such feature", server.about.name);
            return ExitCode::FAILURE;
        }
        for feature in &features {
            let (server, feature, seen) = (Arc::clone(server), *feature, Arc::clone(&seen));
            trials.push(Trial::test(format!("{}::{}", server.about.name, feature.id), move || {
                let cell = trial(&server, &feature)?;
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.note(server.about.name, feature.id, cell);
                Ok(())
            }));
        }
    }
    let conclusion = libtest_mimic::run(arguments, trials);
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let servers: Vec<&Server> = servers.iter().map(|server| &**server).collect();
    if let Err(error) = fs::write(folder.join("RESULTS.md"), seen.table(&servers, &features)) {
        eprintln!("suite: the table cannot be written: {error}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

/// What the table says of a feature at a server: no more than what was seen.
fn trial(server: &Server, feature: &Feature) -> std::result::Result<String, Failed> {
    let seen = (feature.run)(server);
    match (server.about.lack(feature), seen) {
        (Some(lack), Ok(seen)) => Err(format!("\"{}\", and yet: {seen}", lack.because).into()),
        (Some(lack), Err(error)) if lack.ends.iter().any(|end| error.to_string().contains(end)) => {
            Ok(format!("{LACKS}{}", lack.because))
        }
        (Some(lack), Err(error)) => Err(format!("expected {:?}, and it ended with: {error}", lack.ends).into()),
        (None, Ok(seen)) => {
            let expected = server.about.said(feature).unwrap_or(features::YES);
            if seen == expected { Ok(seen) } else { Err(format!("expected {expected:?}, and saw {seen:?}").into()) }
        }
        (None, Err(error)) => Err(error.to_string().into()),
    }
}
