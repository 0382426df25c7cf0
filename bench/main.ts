// The program of `npm run bench`. README.md of this folder explains the commands and the result.
import { build } from '../scripts/build.mjs'
import { measure } from './measure.ts'
import { readOptions } from './options.ts'
import { profileCall } from './profile/profile-command.ts'
import { isStudy, runStudy } from './studies/run-study.ts'

const options = readOptions(process.argv.slice(2))
const { command, argument } = options
const backends = {
  postgres: process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  redis: process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379',
  tenants: options.tenants,
}
build()
if (command === 'measure') process.exitCode = await measure(options, backends)
else if (command === 'profile') await profileCall(argument, backends, options.scale)
else if (isStudy(command)) process.exitCode = runStudy(command, argument)
else throw new Error(`There is no command ${command}.`)
