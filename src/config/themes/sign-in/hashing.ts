import type { HashingSettings } from '../../../domain/passwords/hashing-settings.ts'
import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import type { Environment, Variables } from '../../variable.ts'

export const hashingVariables = {
  ARGON2_MEMORY_KIB: {
    default: '19456',
    unit: 'KiB',
    description:
      'Memory of one password hash (argon2id), 8 to 4194304, at least 8 for each of `ARGON2_LANES`. Production requires the minimum of OWASP: 47104 with 1 pass, 19456 with 2, 12288 with 3, 9216 with 4 or 7168 with 5.',
  },
  ARGON2_PASSES: { default: '2', unit: 'passes', description: 'Passes over that memory, 1 to 100.' },
  ARGON2_LANES: { default: '1', description: 'Threads of one password hash, 1 to 64.' },
  HASH_CONCURRENCY: {
    unset: 'cores − 1, at least 1',
    unit: 'hashes',
    description:
      'Maximum number of passwords that are hashed at the same time, by all `WORKERS` together, 1 to 1024. Without the package @node-rs/argon2 at most `UV_THREADPOOL_SIZE` − 1 (3).',
  },
  HASH_QUEUE_SECONDS: {
    default: '2',
    unit: 's',
    description:
      'How long a login waits in total, for other logins to the same account and for the password hasher, before it fails with UNAVAILABLE, 1 to 60.',
  },
} as const satisfies Variables

export interface Machine {
  readonly cpus: number
  /** Threads of libuv. One of them is reserved for file and DNS work. */
  readonly poolThreads: number
}

const defaultPoolThreads = 4

export function describeMachine(cpus: number, { UV_THREADPOOL_SIZE = '' }: Environment): Machine {
  return { cpus, poolThreads: integer(1, 1024).parse(UV_THREADPOOL_SIZE) ?? defaultPoolThreads }
}

export function readHashing(reader: EnvReader<typeof hashingVariables>, machine: Machine): HashingSettings {
  const lanes = reader.readOrDefault('ARGON2_LANES', integer(1, 64))
  const memoryKib = reader.readOrDefault('ARGON2_MEMORY_KIB', integer(8, 4_194_304))
  // RFC 9106 section 3.1
  reader.check(
    ['ARGON2_MEMORY_KIB', 'ARGON2_LANES'],
    memoryKib >= 8 * lanes,
    'must be at least 8 KiB for each of ARGON2_LANES.',
  )
  return {
    memoryKib,
    passes: reader.readOrDefault('ARGON2_PASSES', integer(1, 100)),
    lanes,
    // One core stays free for requests that hash nothing.
    concurrency: reader.read('HASH_CONCURRENCY', integer(1, 1024), Math.max(1, machine.cpus - 1)),
    pooledConcurrency: Math.max(1, machine.poolThreads - 1),
    queueSeconds: reader.readOrDefault('HASH_QUEUE_SECONDS', integer(1, 60)),
  }
}
