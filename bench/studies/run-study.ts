import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const studies = ['audit', 'enumeration', 'limiter', 'revocations', 'row-security'] as const

/** A measurement of one part of Gatehouse, without peers: a program of this folder. */
export type Study = (typeof studies)[number]

export function isStudy(name: string): name is Study {
  return studies.some((study) => study === name)
}

/** Runs a study in a process of its own. Returns its exit code. */
export function runStudy(study: Study, argument: string): number {
  const program = fileURLToPath(new URL(`${study}.ts`, import.meta.url))
  const args = ['--expose-gc', '--import', 'tsx', program, ...(argument === '' ? [] : [argument])]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  return status ?? 1
}
