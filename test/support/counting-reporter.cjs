'use strict';

const { appendFileSync } = require('node:fs');

/**
 * Ends a run with one line for programs: `N passed, N failed`, and `, N skipped` when there are any.
 * A spec file that does not load counts as one failure. With VISION_TEST_COUNTS set, the counts go
 * to that file instead, one JSON object per run, for a caller that adds up several runs.
 */
class CountingReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const file = process.env.VISION_TEST_COUNTS;
    if (file) appendFileSync(file, `${JSON.stringify(counts)}\n`);
    // Jest adds its own summary after the last reporter.
    else process.once('exit', () => process.stdout.write(`${countsLine(counts)}\n`));
  }
}

/** The closing line. */
function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

module.exports = CountingReporter;
module.exports.countsLine = countsLine;
