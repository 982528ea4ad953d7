import { defineConfig } from "vite";
import { sotto } from "sotto/vite";

export default defineConfig({
  plugins: [
    sotto({
      environment: "prod",
      // Values that are encrypted like all others, and that browsers may have.
      allow: ["analytics"],
    }),
  ],
});
