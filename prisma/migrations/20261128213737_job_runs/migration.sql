-- CreateTable
CREATE TABLE "job_runs" (
    "name" TEXT NOT NULL,
    "succeeded_at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,

    CONSTRAINT "job_runs_pkey" PRIMARY KEY ("name")
);
