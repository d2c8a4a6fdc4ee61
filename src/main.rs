//! `loa`: parses the call, runs it, and is the only place that exits.

fn main() -> std::process::ExitCode {
    loa::cli::main()
}
