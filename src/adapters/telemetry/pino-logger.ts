import { type DestinationStream, type Logger as Pino, pino } from 'pino'
import type { LogFields, Logger } from '../../lib/logger.ts'
import { plainFields } from './log-values.ts'

export interface LogSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly format: 'json' | 'pretty'
}

/** Fields that are redacted, in case a caller logs a secret against the rules. */
const secretNames = [
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'authorization',
  'cookie',
]

/**
 * Logs one JSON object per line, with times in ISO 8601 and UTC. Only plain data and the message, code and stack of errors are
 * written. `pretty` is for terminals and requires pino-pretty.
 */
export function createPinoLogger(settings: LogSettings, destination?: DestinationStream): Logger {
  const options = {
    level: settings.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    errorKey: 'error',
    // The fields are plain data already; the serializer of pino would copy each property of an error.
    serializers: { error: (error: unknown) => error },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '***' },
  }
  if (destination !== undefined) return wrap(pino(options, destination))
  if (settings.format === 'json') return wrap(pino(options))
  return wrap(pino({ ...options, formatters: {}, transport: { target: 'pino-pretty' } }))
}

function wrap(logger: Pino): Logger {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, message: string) => {
    if (logger.isLevelEnabled(level)) logger[level](plainFields(fields), message)
  }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(logger.child(plainFields(fields))),
  }
}
