import type { TestApp } from './test-app.ts'

type Headers = Readonly<Record<string, string>>

/** Sends a request to a path outside GraphQL, as another program would. */
export async function send(
  { app, config }: Pick<TestApp, 'app' | 'config'>,
  method: string,
  path: string,
  { headers = {}, body = null }: { headers?: Headers; body?: string | null } = {},
): Promise<Response> {
  const request = new Request(new URL(path, config.server.publicUrl), { method, headers, body })
  return app.fetch(request, { peerAddress: '192.0.2.7' })
}

/** Posts a form. */
export function postForm(
  test: Pick<TestApp, 'app' | 'config'>,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Headers = {},
): Promise<Response> {
  return send(test, 'POST', path, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })
}
