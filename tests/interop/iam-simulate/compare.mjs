// Asks signpost can and @cloud-copilot/iam-simulate the same drawn questions; they must decide the
// same. Where the oracle does not follow AWS's text, amend.mjs asks it in other words.
// Usage: node compare.mjs SIGNPOST MODULES [COUNT [SEED]]
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { AMENDMENTS, direct } from './amend.mjs'
import { draw, implied } from './draw.mjs'

const [program, modules, count = '5000', first = '20260101'] = process.argv.slice(2)
const require = createRequire(`${resolve(modules)}/`)
const { runSimulation, anonymousPrincipal } = require('@cloud-copilot/iam-simulate')

const DECISIONS = { Allowed: 'allowed', ExplicitlyDenied: 'explicit-deny', ImplicitlyDenied: 'implicit-deny' }

/** The oracle's decision. */
async function theirs(question) {
  const named = (list) => (list ?? []).map((policy, index) => ({ name: `p${index}`, policy }))
  const simulation = {
    request: {
      principal: question.principal === 'anonymous' ? anonymousPrincipal : question.principal,
      action: question.action,
      resource: { resource: question.resource, accountId: question.resource_account },
      contextVariables: { ...question.context, ...implied(question.principal, question.resource_account) },
    },
    identityPolicies: named(question.identity),
    serviceControlPolicies: (question.scp ?? []).map((level, index) => ({ orgIdentifier: `o${index}`, policies: named(level) })),
    resourceControlPolicies: [],
    resourcePolicy: question.resource_policy,
    sessionPolicy: question.session,
    permissionBoundaryPolicies: question.boundary && named([question.boundary]),
  }
  const result = await runSimulation(simulation, { simulationMode: 'Strict' })
  const ignored = result.result?.ignoredContextKeys ?? []
  if (result.resultType !== 'single' || ignored.length > 0) {
    throw new Error(`the oracle does not take ${JSON.stringify(question)}: ${JSON.stringify(result.errors ?? ignored)}`)
  }
  return DECISIONS[result.overallResult]
}

const questions = Array.from({ length: Number(count) }, (_, index) => draw(Number(first) + index))
const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('')
const ran = spawnSync(program, ['can', '--batch', '-'], { input, encoding: 'utf8', maxBuffer: 1 << 30 })
if (ran.status !== 0) throw new Error(`${program} ended with ${ran.status}: ${ran.stderr}${ran.stdout.split('\n').filter((line) => line.includes('"error"'))[0]}`)
const answers = ran.stdout.trimEnd().split('\n').map((line) => JSON.parse(line))

/** What AWS's text makes of a question, by the oracle; `changed` gets the amendments that mattered. */
async function expected(question, changed) {
  let asked = question
  let decision = await theirs(asked)
  for (const [name, amend] of Object.entries(AMENDMENTS)) {
    const amended = amend(asked)
    if (JSON.stringify(amended) === JSON.stringify(asked)) continue
    asked = amended
    const otherwise = await theirs(asked)
    if (otherwise !== decision) changed[name] = (changed[name] ?? 0) + 1
    decision = otherwise
  }
  const bare = decision === 'implicit-deny' && direct(asked)
  if (bare && (await theirs(bare)) === 'allowed') {
    changed.direct = (changed.direct ?? 0) + 1
    return 'allowed'
  }
  return decision
}

const tally = {}
const changed = {}
let wrong = 0
for (const [index, question] of questions.entries()) {
  const ours = answers[index]
  if (ours.id !== question.id) throw new Error(`answer ${index} is that of another question`)
  const oracle = await expected(question, changed)
  tally[oracle] = (tally[oracle] ?? 0) + 1
  if (ours.decision === oracle) continue
  wrong += 1
  if (wrong <= 5) console.error(`seed ${question.id}: signpost ${ours.decision} (${ours.because}), oracle ${oracle}\n${JSON.stringify(question)}`)
}
console.log(`${questions.length} questions decided alike:`, tally, 'asked in other words:', changed)
if (wrong > 0) {
  console.error(`${wrong} of ${questions.length} are decided otherwise than by the oracle`)
  process.exit(1)
}
