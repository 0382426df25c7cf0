import type { Config } from '../../config/config.ts'
import { ConfigError } from '../../config/config-error.ts'
import { storedSecrets } from '../../config/generated-secrets.ts'
import { readConfig } from '../../config/read-config.ts'
import { type Command, exitCodes } from '../command.ts'
import { placeholderSecrets, warningsOf } from '../config-check.ts'
import { printableLine } from '../printable.ts'
import { attempt } from './attempt.ts'
import { checkBreachList } from './check-breach-list.ts'
import { checkDisk } from './check-disk.ts'
import { checkMail } from './check-mail.ts'
import { checkRedis } from './check-redis.ts'
import { checkStorage } from './check-storage.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

export const doctor: Command = {
  name: 'doctor',
  parameters: null,
  json: true,
  description:
    'Examines the configuration and everything that the service uses: database, Redis, mail, breach list, keys, clocks, disk. Says what to do. Changes nothing and sends no mail.',
  exits: ['0  everything works; there may be warnings', '1  at least one failure', '2  wrong usage'],
  async run(terminal) {
    const findings = await examine(terminal.env)
    const hasFailed = findings.some(({ status }) => status === 'failure')
    if (terminal.json) terminal.print(JSON.stringify({ ok: !hasFailed, findings }))
    else for (const finding of findings) terminal.print(describe(finding))
    return hasFailed ? exitCodes.failure : exitCodes.success
  },
}

async function examine(env: Readonly<Record<string, string | undefined>>): Promise<readonly Finding[]> {
  const read = readConfiguration(env)
  const { config } = read
  if (config === null) return read.findings
  const checks = [
    examined('database', () => checkStorage(config)),
    examined('redis', () => checkRedis(config)),
    examined('mail', async () => [await checkMail(config)]),
    examined('breach list', async () => [await checkBreachList(config)]),
    examined('disk', () => checkDisk(config)),
  ]
  return [...read.findings, ...(await Promise.all(checks)).flat()]
}

/** An error that a check does not expect is its finding. */
async function examined(check: string, work: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  const advice = 'Check its variables (docs/configuration.md), and the log of what it connects to.'
  const { value, findings } = await attempt({ check, message: 'It cannot be examined', advice }, work)
  return value ?? findings
}

/** Reads the secrets that a start has generated, and generates none. */
function readConfiguration(env: Readonly<Record<string, string | undefined>>): {
  readonly config: Config | null
  readonly findings: readonly Finding[]
} {
  try {
    const generateSecrets = (dataDir: string) => storedSecrets(dataDir) ?? placeholderSecrets()
    const config = readConfig(env, { generateSecrets })
    const weak = warningsOf(config).map((message) =>
      warning('configuration', message, 'See docs/configuration.md.'),
    )
    return {
      config,
      findings: weak.length > 0 ? weak : [ok('configuration', 'Valid, without weak settings.')],
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return {
      config: null,
      findings: error.problems.map(({ variable, message }) =>
        failure('configuration', `${variable} ${message}`, 'Correct it first.'),
      ),
    }
  }
}

function describe({ check, status, message, advice }: Finding): string {
  const line = `${status.padEnd(7)}  ${check}: ${[message, advice ?? ''].map(sentence).join(' ').trimEnd()}`
  return printableLine(line)
}

/** The texts of errors end without a full stop. */
function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`
}
