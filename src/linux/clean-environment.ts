/**
 * Words `NAME=value` of the kernel command line that the kernel does not know become the environment of
 * PID 1 and of everything after it. What Node and its libraries would obey is dropped; import this first.
 */
const OBEYED = /^(NODE_.*|MIMALLOC_.*|FORCE_COLOR|DEV|CI)$/;

for (const name of Object.keys(process.env)) {
  if (OBEYED.test(name)) delete process.env[name];
}
