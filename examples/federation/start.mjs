// Starts Gatehouse, the posts and the gateway. Ctrl-C, or the end of one of them, stops all.
import { spawn } from 'node:child_process'

const { POSTS_PORT = '4001' } = process.env
/** Arguments of Node, and variables besides those of this process. */
const programs = [
  { args: ['node_modules/gatehouse-auth/bin/gatehouse.js', 'start'], env: {} },
  { args: ['posts.js'], env: { PORT: POSTS_PORT } },
  {
    args: [
      'node_modules/@graphql-hive/gateway/dist/bin.js',
      'supergraph',
      '--config-path',
      'gateway.config.ts',
    ],
    env: {},
  },
]

const children = programs.map(({ args, env }) =>
  spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } }),
)
function stop() {
  for (const child of children) child.kill()
}
for (const child of children)
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 0
    stop()
  })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
