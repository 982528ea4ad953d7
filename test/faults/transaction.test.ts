import { describeTransactions } from "./transactions.ts";

describeTransactions(false);
