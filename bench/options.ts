import { parseArgs } from 'node:util'

export interface Options {
  /** `measure`, or another command with its argument. */
  readonly command: string
  readonly argument: string
  /** Names of the rows to measure; `null`: all. */
  readonly only: readonly string[] | null
  readonly rounds: number
  /** Factor of the number of requests. */
  readonly scale: number
  /** Number of further tenants in the databases of Gatehouse. */
  readonly tenants: number
  /** A report or its JSON file to compare with; `null`: none. */
  readonly compare: string | null
  /** Whether to write the report: a run of everything, or one with `--write`. */
  readonly write: boolean
}

const quickScale = 0.25

export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      tenants: { type: 'string' },
      compare: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const [command = 'measure', argument = ''] = positionals
  const only = values.only?.split(',') ?? null
  return {
    command,
    argument,
    only,
    rounds: Number(values.rounds ?? (values.quick ? 3 : 5)),
    scale: values.quick ? quickScale : 1,
    tenants: Number(values.tenants ?? 0),
    compare: values.compare ?? null,
    write: values.write || (only === null && !values.quick),
  }
}
