// npm run check: runs the checks two at a time, prints the output of each when it ends, and fails if one of them fails.
import { spawn } from 'node:child_process'
import { generate } from './build.mjs'

/** Scripts of package.json; the longest first. None of them writes what another one reads. */
const checks = ['typecheck', 'db:check', 'lint', 'knip', 'codegen:check', 'schema:check', 'schema:breaking']
const atOnce = 2
const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}

/** @type {string[]} */
const failed = []

/**
 * @param {string} name
 * @returns {Promise<void>}
 */
function run(name) {
  const startedAt = performance.now()
  const child = spawn('npm', ['run', '--silent', name], { env: { ...process.env, ...colour } })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code !== 0) failed.push(name)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      console.log(
        `\n${code === 0 ? 'passed' : 'FAILED'}: npm run ${name} (${seconds} s)\n${output.trimEnd()}`,
      )
      resolve()
    })
  })
}

generate()
const waiting = [...checks]
const lanes = Array.from({ length: atOnce }, async () => {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name)
})
await Promise.all(lanes)
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`)
  process.exitCode = 1
}
