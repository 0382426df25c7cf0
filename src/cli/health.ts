import { errorText } from '../lib/text/error-text.ts'
import { isObject, parseJson } from '../lib/text/json.ts'
import { type Command, exitCodes } from './command.ts'
import { printableLine } from './printable.ts'

const timeoutMs = 5000
const anyInterface = new Set(['', '0.0.0.0', '::', 'localhost'])

export const health: Command = {
  name: 'health',
  parameters: '[URL]',
  json: true,
  description:
    'Asks a running service whether it is ready: the one at URL, or the one on this machine that HOST and PORT name. For health checks of containers.',
  exits: ['0  ready', '1  not ready, or no answer within 5 seconds', '2  wrong usage'],
  async run(terminal, args) {
    const [url = localUrl(terminal.env), ...rest] = args
    if (rest.length > 0 || !URL.canParse(url)) {
      terminal.printError('Usage: health [URL]')
      return exitCodes.usageError
    }
    const { ready, report } = await ask(new URL('/health/ready', url))
    if (terminal.json) terminal.print(JSON.stringify(report))
    else if (ready) terminal.print('ready')
    else terminal.printError(printableLine(`not ready: ${JSON.stringify(report)}`))
    return ready ? exitCodes.success : exitCodes.failure
  },
}

function localUrl({ HOST = '', PORT = '' }: Readonly<Record<string, string | undefined>>): string {
  const host = anyInterface.has(HOST) ? '127.0.0.1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT === '' ? '4000' : PORT}`
}

async function ask(url: URL): Promise<{ readonly ready: boolean; readonly report: object }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
    const report = parseJson(await response.text())
    return { ready: response.ok, report: isObject(report) ? report : { status: response.status } }
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    return { ready: false, report: { status: 'unreachable', url: url.href, error: errorText(cause) } }
  }
}
