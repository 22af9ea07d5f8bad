//! `bindgen MODULE.wasm FOLDER`: what `wasm-bindgen --target web --out-dir FOLDER MODULE.wasm` does. The two must be of
//! one version, and here one lock file says which.

use std::{env, error::Error};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else { return Err("usage: bindgen MODULE.wasm FOLDER".into()) };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).web(true)?.typescript(false).omit_default_module_path(false);
    Ok(bindgen.generate(folder)?)
}
