/** Whether the boots that `npm test` leaves out run too: `npm run test:all`. */
export const ALL = process.env.HOLDFAST_TEST_ALL === "1";
