#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Gatehouse requires Node 20.19 or later. This is Node ${process.versions.node}.`)
  process.exit(1)
}
if (process.argv.length === 2) process.argv.push('start')
await import('../lib/cli.js')
