/** Fields of a log line besides its message. They never hold a secret, token, password or cookie. */
export type LogFields = Readonly<Record<string, unknown>>

/** Port to the log. Writing a line never throws and never waits. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  /** A line that every level except `silent` contains: the process has started, or is stopping. */
  notice(fields: LogFields, message: string): void
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger
}

/** A logger that writes nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  notice: () => undefined,
  child: () => silentLogger,
}
