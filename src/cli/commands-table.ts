import type { Command } from './command.ts'
import { commands, exitsOf, usageOf } from './commands.ts'

const start = '<!-- commands:start -->'
const end = '<!-- commands:end -->'

/**
 * Returns the page with current tables between its `commands:start` and `commands:end` marks.
 * @throws if a mark is missing.
 */
export function withCommandTables(page: string): string {
  const from = page.indexOf(start)
  const to = page.indexOf(end)
  if (from === -1 || to < from) throw new Error(`The page must contain ${start} and ${end}.`)
  return `${page.slice(0, from + start.length)}\n\n${commandTables()}\n\n${page.slice(to)}`
}

/** One table for each first word. */
function commandTables(): string {
  const words = [...new Set(commands.map(({ name }) => firstWord(name)))]
  const alone = words.filter((word) => commands.some(({ name }) => name === word))
  const groups = words.filter((word) => !alone.includes(word))
  const single = commands.filter(({ name }) => alone.includes(name))
  return [
    tableOf('The service', single),
    ...groups.map((word) =>
      tableOf(
        word,
        commands.filter(({ name }) => firstWord(name) === word),
      ),
    ),
  ].join('\n\n')
}

function tableOf(title: string, rows: readonly Command[]): string {
  const lines = rows.map((command) => {
    const usage = `${usageOf(command)}${command.json === true ? ' [--json]' : ''}`
    return `| \`${escaped(usage)}\` | ${escaped(command.description)} | ${escaped(exitCells(command))} |`
  })
  return [`## ${title}`, '', '| Command | Effect | Exit codes |', '| --- | --- | --- |', ...lines].join('\n')
}

/** The codes alone if they have their usual meaning. */
function exitCells(command: Command): string {
  const exits = exitsOf(command)
  return command.exits === undefined
    ? exits.map((line) => line.slice(0, 3).trim()).join(', ')
    : exits.map((line) => line.replace(/\s+/g, ' ')).join('; ')
}

function firstWord(name: string): string {
  return name.split(' ')[0] ?? name
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
