import type { EnvReader } from '../env-reader.ts'
import { folderPath } from '../rules/path-rules.ts'
import type { Environment, Variables } from '../variable.ts'

export const runtimeVariables = {
  NODE_ENV: {
    unset: 'development',
    description:
      '`production` enables the strict checks, `test` is for tests, any other value means development.',
  },
  DATA_DIR: {
    default: '.gatehouse',
    description: 'Folder of the embedded database and of the generated secrets.',
  },
} as const satisfies Variables

export type RunMode = 'production' | 'development' | 'test'

export function readRunMode({ NODE_ENV }: Environment): RunMode {
  return NODE_ENV === 'production' || NODE_ENV === 'test' ? NODE_ENV : 'development'
}

export function readDataDir(reader: EnvReader<typeof runtimeVariables>): string {
  return reader.readOrDefault('DATA_DIR', folderPath)
}
