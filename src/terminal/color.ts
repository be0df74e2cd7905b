// Must be imported before ink: chalk decides once, from process.stdout, whether there are colours, and a
// terminal that was opened by its path is not process.stdout. Level 1 is the 16 colours that all have.
process.env.FORCE_COLOR = "1";
