//! Compiles a program in the wire form, from standard input, for the types and options given:
//! `cargo run -p ferrodide-jit --example compile -- OUT.wasm "TYPES" "OPTIONS"`. Prints the result's type, the slots, the
//! exceptions, the imports and the typed form.

use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, types, options] = args.as_slice() else { return Err("OUT.wasm TYPES OPTIONS".into()) };
    let mut program = String::new();
    std::io::stdin().read_to_string(&mut program)?;
    let compiled = ferrodide_jit::compile(&program, types, options)?;
    std::fs::write(out, &compiled.wasm)?;
    println!("result {}", compiled.result);
    println!("slots {}", compiled.slots);
    for error in &compiled.errors {
        println!("error {}|{}|{}", error.class, error.message.replace('\n', " "), error.line);
    }
    for import in &compiled.imports {
        println!("import {import}");
    }
    println!("report\n{}", compiled.report);
    println!("ir\n{}", compiled.ir);
    Ok(())
}
