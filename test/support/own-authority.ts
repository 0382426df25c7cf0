import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A certificate authority that no system trusts, with a certificate for `localhost` and 127.0.0.1. */
export class OwnAuthority {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async create(): Promise<OwnAuthority> {
    const authority = new OwnAuthority(await mkdtemp(join(tmpdir(), 'gatehouse-authority-')))
    const path = (name: string) => join(authority.#folder, name)
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    await run('openssl', [
      ...['req', '-x509', ...key, '-days', '2', '-subj', '/CN=Test authority'],
      ...['-keyout', path('ca.key'), '-out', authority.caFile],
    ])
    await run('openssl', [
      ...['req', ...key, '-subj', '/CN=localhost', '-keyout', authority.keyFile, '-out', path('server.csr')],
    ])
    await writeFile(path('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
    await run('openssl', [
      ...['x509', '-req', '-days', '2', '-in', path('server.csr'), '-extfile', path('names')],
      ...['-CA', authority.caFile, '-CAkey', path('ca.key'), '-CAcreateserial', '-out', authority.certFile],
    ])
    return authority
  }

  get caFile(): string {
    return join(this.#folder, 'ca.crt')
  }

  get certFile(): string {
    return join(this.#folder, 'server.crt')
  }

  get keyFile(): string {
    return join(this.#folder, 'server.key')
  }

  /** Settings of a Redis that uses TLS at this port, also towards other servers. */
  redisSettings(port: number): Readonly<Record<string, string>> {
    return {
      'tls-port': String(port),
      'tls-cert-file': this.certFile,
      'tls-key-file': this.keyFile,
      'tls-ca-cert-file': this.caFile,
      'tls-auth-clients': 'no',
      'tls-replication': 'yes',
    }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}
