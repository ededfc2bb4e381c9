/** One line on stderr for each thing worth telling. */
export const log = (text) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);
