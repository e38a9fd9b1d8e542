/** Preloaded into a measured process: tells its peak memory (KiB) as the last line of standard error. */
process.on("exit", () => process.stderr.write(`\nmaxRSS ${process.resourceUsage().maxRSS}\n`));
