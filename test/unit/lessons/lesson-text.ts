/** The head of a lesson for tests. */
export const HEAD = `---
id: sample
order: 1
title: A sample
minutes: 5
introduces: [queue, publish]
uses: []
requires: ">=3.10"
needs: []
---

# A sample

`;

/** A lesson with a step of each kind. */
export const SAMPLE = `${HEAD}Words before.

\`\`\`sh {run}
rmq-lab declare-queue q
\`\`\`

## Guess

\`\`\`sh {predict}
rmq-lab publish -q q one
\`\`\`

How many are there?

- **a** None.
  - \`rmq-lab expect queue q --ready 0\`
- **b** One, which is
  not many.
  - \`rmq-lab expect queue q --ready 1\`

<details>
<summary>Answer</summary>

**b** Because one was sent.

</details>

## Do it

Make a second queue.

\`\`\`sh {check id=second}
rmq-lab expect queue r --ready 1
\`\`\`

<details>
<summary>Hints</summary>

1. Two commands.
2. The name
   is r.

</details>

<details>
<summary>Solution</summary>

\`\`\`sh {solution=second}
rmq-lab declare-queue r
rmq-lab publish -q r x
\`\`\`

</details>

That was it.
`;
