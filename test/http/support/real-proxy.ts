import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'

export const proxyNames = ['caddy', 'haproxy', 'nginx'] as const
export type ProxyName = (typeof proxyNames)[number]

interface Ports {
  readonly front: number
  readonly back: number
}

interface Recipe {
  /** Prints the version of an installed proxy. */
  readonly version: readonly string[]
  readonly args: (file: string, folder: string) => readonly string[]
  readonly config: (ports: Ports, folder: string) => string
}

/** Each adds the address of its client to X-Forwarded-For in the way that its documentation recommends. */
const recipes: Readonly<Record<ProxyName, Recipe>> = {
  caddy: {
    version: ['version'],
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
    config: ({ front, back }) => `{
  admin off
  auto_https off
}
http://:${front} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${back}
}
`,
  },
  haproxy: {
    version: ['-v'],
    args: (file) => ['-db', '-f', file],
    config: ({ front, back }) => `defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
  option forwardfor
frontend front
  bind 127.0.0.1:${front}
  default_backend back
backend back
  server gatehouse 127.0.0.1:${back}
`,
  },
  nginx: {
    version: ['-v'],
    args: (file, folder) => ['-c', file, '-p', folder, '-e', 'stderr'],
    config: ({ front, back }, folder) =>
      nginxWith(
        `server {
    listen 127.0.0.1:${front};
    location / {
      proxy_pass http://127.0.0.1:${back};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }`,
        folder,
      ),
  },
}

/** A configuration of nginx for one process without rights, with servers and upstreams. */
export function nginxWith(servers: string, folder: string): string {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${servers}
}
`
}

/** Debian installs servers in a folder that is not in everyone's PATH. */
const path = `${process.env.PATH}:/usr/sbin`

/** Whether the proxy is installed. @throws if it is not, with PROXY_TESTS=required, so that CI cannot skip its tests */
export function hasProxy(name: ProxyName): boolean {
  const { error } = spawnSync(name, [...recipes[name].version], { env: { PATH: path } })
  if (error === undefined) return true
  const message = `NO ${name.toUpperCase()} FOUND: THE TESTS BEHIND IT ARE SKIPPED. Install the package ${name}.`
  if (process.env.PROXY_TESTS === 'required') throw new Error(message)
  console.warn(`\n${'!'.repeat(message.length)}\n${message}\n${'!'.repeat(message.length)}\n`)
  return false
}

/** A proxy in its own process, in front of a port of 127.0.0.1. */
export class RealProxy {
  readonly port: number
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port
    this.#child = child
    this.#folder = folder
  }

  /** @throws with the output of the proxy if it does not listen */
  static start(name: ProxyName, back: number): Promise<RealProxy> {
    return RealProxy.startWith(name, (front, folder) => recipes[name].config({ front, back }, folder))
  }

  /** With a configuration that listens on the port `front` and keeps its files in the folder. */
  static async startWith(
    name: ProxyName,
    configure: (front: number, folder: string) => string,
  ): Promise<RealProxy> {
    const { args } = recipes[name]
    const folder = await mkdtemp(join(tmpdir(), `gatehouse-${name}-`))
    const file = join(folder, 'config')
    const front = await freePort()
    await writeFile(file, configure(front, folder))
    const env = { PATH: path, HOME: folder }
    const child = spawn(name, [...args(file, folder)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    const proxy = new RealProxy(front, child, folder)
    await eventually(async () => {
      if (child.exitCode !== null) return
      if (!(await listens(front))) throw new Error(`${name} does not listen:\n${output}`)
    })
    if (child.exitCode !== null) throw new Error(`${name} ended:\n${output}`)
    return proxy
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit')
      this.#child.kill('SIGKILL')
      await ended
    }
    await rm(this.#folder, { recursive: true, force: true })
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
