import type { EnvReader } from '../../env-reader.ts'
import { oneOf } from '../../rules/choice-rules.ts'
import { folderPath } from '../../rules/path-rules.ts'
import type { Variables } from '../../variable.ts'

export const runtimeVariables = {
  NODE_ENV: {
    unset: 'development',
    description: '`production` enables the strict checks; `development`; `test` is for tests.',
  },
  ENV_FILE: {
    unset: '`.env` in the working folder, if it exists, except with `NODE_ENV=production` or `test`',
    description:
      'File with further variables, one `NAME=value` a line, read at start by the service and by every command. Variables of the environment take precedence.',
  },
  DATA_DIR: {
    default: '.gatehouse',
    description: 'Folder of the embedded database and of the generated secrets.',
  },
} as const satisfies Variables

export type RunMode = 'production' | 'development' | 'test'

export function readRunMode(reader: EnvReader<typeof runtimeVariables>): RunMode {
  return reader.read('NODE_ENV', oneOf('development', 'test', 'production'), 'development')
}

export function readDataDir(reader: EnvReader<typeof runtimeVariables>): string {
  return reader.readOrDefault('DATA_DIR', folderPath)
}
