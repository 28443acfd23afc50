// What a page of ours does: search, register, sign in, apply, and handle refusals by their codes.
import assert from "node:assert/strict";
import { connect, form, type Job, type SignedIn } from "./onetop.js";

const baseUrl = process.argv[2] ?? "http://127.0.0.1:8000";
const report = (step: string, value: unknown) => console.log(`${step}: ${JSON.stringify(value)}`);

const everybody = connect(baseUrl);

const found = await everybody.GET("/api/v1/jobs/", {
  params: {
    query: { search: "lap trinh vien backend django an phu", job_type: ["FULL_TIME", "PART_TIME"], page_size: 5 },
  },
});
assert(found.data);
const job: Job | undefined = found.data.results[0];
assert(job);
report("found", [found.data.count, job.title, job.location, job.allowed_actions]);

const misspelt = await everybody.GET("/api/v1/jobs/", {
  // @ts-expect-error - there is no such filter
  params: { query: { colour: "red" } },
});
report("misspelt", misspelt.error?.errors?.map((one) => [one.pointer, one.code]));

const account = { email: "client@example.vn", password: "mot-mat-khau-dai" };
const registered = await everybody.POST("/api/v1/auth/register/", {
  body: { ...account, full_name: "Trịnh Công Sơn", user_type: "CANDIDATE" },
});
report("registered", [registered.data?.user_type, registered.data?.approval]);

// A refusal is told by its code, and the compiler knows which there are.
async function signIn(password: string): Promise<SignedIn | string> {
  const { data, error } = await everybody.POST("/api/v1/auth/login/", {
    body: { email: account.email, password },
  });
  if (data) return data;
  switch (error.code) {
    case "mfa_required":
      return `asks for a code of ${error.mfa_types?.join() ?? "some kind"}`;
    case "throttled":
      return `wait ${error.retry_after ?? 60} s`;
    case "account_pending_approval":
    case "account_rejected":
    case "account_inactive":
    case "invalid_credentials":
    case "invalid_input":
    case "parse_error":
      return error.detail;
  }
}

report("wrong password", await signIn("not the password"));
const session = await signIn(account.password);
assert(typeof session !== "string");
const candidate = connect(baseUrl, () => session.access);

const me = await candidate.GET("/api/v1/auth/me/");
report("me", [me.data?.full_name, me.data?.job_posting_credits, me.data?.membership_expires_at]);

const cv = new File(["%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF\n"], "cv.pdf");
const apply = (key: string) =>
  candidate.POST("/api/v1/applications/", {
    params: { header: { "Idempotency-Key": key } },
    body: { job: job.id, cv_file: cv },
    bodySerializer: form,
  });

const applied = await apply("client-1");
report("applied", [applied.data?.status, applied.data?.job.title, applied.data?.allowed_actions]);
const repeated = await apply("client-1");
report("repeated", [
  repeated.data?.id === applied.data?.id,
  repeated.response.headers.get("Idempotency-Replayed"),
]);
const again = await apply("client-2");
report("again", [again.response.status, again.error?.code, again.error?.detail]);

assert(applied.data);
const stale = await candidate.POST("/api/v1/applications/{id}/withdraw/", {
  params: { path: { id: applied.data.id } },
  body: { version: applied.data.version + 1 },
});
report("stale", stale.error?.code === "stale_version" && stale.error.version);
const withdrawn = await candidate.POST("/api/v1/applications/{id}/withdraw/", {
  params: { path: { id: applied.data.id }, header: { "If-Match": `"v${applied.data.version}"` } },
});
report("withdrawn", withdrawn.data?.status);
