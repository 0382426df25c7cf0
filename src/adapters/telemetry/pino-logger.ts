import { type DestinationStream, type Logger as Pino, pino } from 'pino'
import { PinoPretty as pretty } from 'pino-pretty'
import type { LogFields, Logger } from '../../lib/observation/logger.ts'
import type { Tracer } from '../../lib/observation/tracer.ts'
import { plainFields } from './log-values.ts'

export interface LogSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly format: 'json' | 'pretty'
  /** Whether several processes write to the same output. */
  readonly isShared?: boolean
}

/** Lines are collected up to this size, and written at least this often; SIGKILL loses them. */
const buffer = { minLength: 4096, periodicFlush: 100 } as const
/** PIPE_BUF of Linux: the writes of several processes to one pipe are not mixed up to this size. */
const maxSharedWriteBytes = 4096
/** If the reader of the log is slower, further lines are dropped instead of filling the memory. */
const maxUnwrittenBytes = 16 * 1024 * 1024

/**
 * Logs one JSON object per line, with times in ISO 8601 and UTC. Only plain data and the message, code and stack of errors are
 * written; values under the names of secrets are replaced. Lines are written in the background, those of warnings and errors
 * without delay, and all of them before the process exits. `pretty` is for terminals. Lines of work that `tracer` traces have a `traceId`.
 */
export function createPinoLogger(
  settings: LogSettings,
  destination?: DestinationStream,
  tracer: Pick<Tracer, 'traceId'> | null = null,
): Logger {
  const options = {
    level: settings.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    errorKey: 'error',
    ...(tracer === null ? {} : { mixin: () => traceOf(tracer) }),
    // The fields are plain data already; the serializer of pino would copy each property of an error.
    serializers: { error: (error: unknown) => error },
  }
  if (destination !== undefined) return wrap(pino(options, destination))
  if (settings.format === 'pretty') return wrap(pino({ ...options, formatters: {} }, pretty({ sync: true })))
  const shared =
    settings.isShared === true ? { minLength: maxSharedWriteBytes / 2, maxWrite: maxSharedWriteBytes } : {}
  const output = pino.destination({ sync: false, ...buffer, ...shared, maxLength: maxUnwrittenBytes })
  return wrap(pino(options, output), () => output.flush())
}

function traceOf({ traceId }: Pick<Tracer, 'traceId'>): { traceId?: string } {
  return traceId === null ? {} : { traceId }
}

/** @param flush writes what is buffered */
function wrap(logger: Pino, flush: () => void = () => undefined): Logger {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, message: string) => {
    if (!logger.isLevelEnabled(level)) return
    logger[level](plainFields(fields), message)
    if (level === 'warn' || level === 'error') flush()
  }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    notice(fields, message) {
      if (logger.level === 'silent') return
      logger.child({}, { level: 'info' }).info(plainFields(fields), message)
      flush()
    },
    child: (fields) => wrap(logger.child(plainFields(fields)), flush),
  }
}
