import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'

const file = process.env.FAULT_REPORT ?? ''
const head = `# Faults under load

Written by \`npm run test:faults\` with FAULT_REPORT. The load, the faults and the service share the cores of one machine. "Load" is
the load average of the last minute when the fault ended, and the number of cores.

| Fault | Figures | Load |
| --- | --- | --- |
`

/** Prints what a fault did, and appends it to the file of FAULT_REPORT. Only counts and times: a report is published. */
export function reportFault(fault: string, figures: Readonly<Record<string, number | string>>): void {
  const text = Object.entries(figures)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 10) / 10 : value}`)
    .join(', ')
  console.info(`${fault}: ${text}`)
  if (file === '') return
  if (!existsSync(file)) writeFileSync(file, head)
  appendFileSync(file, `| ${fault} | ${text} | ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} |\n`)
}
