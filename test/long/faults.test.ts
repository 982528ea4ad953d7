import { COMMANDS, describeCommands } from "../faults/commands.ts";
import { describeSaves } from "../faults/saves.ts";
import { describeTransactions } from "../faults/transactions.ts";
import { describeWriters } from "../faults/writers.ts";

describeSaves(true);
describeTransactions(true);
describeCommands(Object.keys(COMMANDS), true);
describeWriters([
  { writers: 20, rounds: 10 },
  { writers: 100, rounds: 10 },
]);
