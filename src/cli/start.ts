import type { Command } from './command.ts'

export const start: Command = {
  name: 'start',
  parameters: null,
  // Workers read the file again when they are replaced.
  readsNoEnvFile: true,
  description:
    'Starts the service. Without DATABASE_URL it creates an embedded database in DATA_DIR. SIGTERM and Ctrl-C stop it. With WORKERS, SIGUSR2 replaces its processes one by one.',
  exits: [
    '0  stopped by SIGTERM or Ctrl-C',
    '1  the configuration is invalid, workers crash again and again, the port or the data folder is in use, or the database or Redis does not respond',
    '78 the stored signing key cannot be decrypted: MASTER_KEY is a different one, or the row is damaged',
  ],
  async run() {
    await import('../main.ts')
    return null
  },
}
