import { createHash } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Releases a claimed folder. */
export type ReleaseFolder = () => Promise<void>

/**
 * Claims a folder for this process. The claim is a listening local socket named after the folder, so it ends with the
 * process in every case, unlike a pid file. It does not work across containers that share a volume.
 * @throws if another process on this machine has claimed the folder.
 */
export async function claimFolder(folder: string): Promise<ReleaseFolder> {
  const digest = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32)
  const path = socketPath(digest)
  const server = await listen(path).catch(async (error: unknown) => {
    if (!isTaken(error) || (await isListening(path))) throw claimError(folder, error)
    await rm(path, { force: true })
    return listen(path)
  })
  return () => new Promise((resolve) => server.close(() => resolve()))
}

function socketPath(digest: string): string {
  const name = `gatehouse-${digest}`
  if (process.platform === 'linux') return `\0${name}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  return join(tmpdir(), `${name}.sock`)
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen({ path }, () => resolve(server.unref()))
  })
}

/** Whether a process listens on the socket. Where sockets are files, the file of a dead process can remain. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const finish = (listening: boolean): void => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'EADDRINUSE'
}

function claimError(folder: string, cause: unknown): Error {
  if (!isTaken(cause))
    return new Error(
      `The data folder ${folder} could not be locked. See the cause of this error, or set DATA_DIR to another folder.`,
      { cause },
    )
  return new Error(
    `Another process already uses the embedded database in ${folder}. Stop it, or set DATA_DIR to another folder. To run several processes, set DATABASE_URL.`,
    { cause },
  )
}
