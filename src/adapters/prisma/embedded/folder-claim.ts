import { createHash } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives a claimed folder back. */
export type ReleaseFolder = () => Promise<void>

/**
 * Claims a folder for this process. The claim is a listening local socket named after the folder, so it ends with
 * the process however that ends: no stale pid file. It does not reach across containers that share a volume.
 * @throws when another process on this machine holds the folder.
 */
export async function claimFolder(folder: string): Promise<ReleaseFolder> {
  const digest = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32)
  const path = socketPath(digest)
  const server = await listen(path).catch(async (error: unknown) => {
    if (!isTaken(error) || (await answers(path))) throw heldError(folder, error)
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

/** Whether somebody listens there: the file of a dead process stays behind where sockets are files. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const finish = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'EADDRINUSE'
}

function heldError(folder: string, cause: unknown): Error {
  if (!isTaken(cause)) return new Error(`The folder ${folder} could not be claimed.`, { cause })
  return new Error(
    `Another process already uses the embedded database in ${folder}. Stop it, or set DATA_DIR to another folder; several processes need DATABASE_URL.`,
    { cause },
  )
}
