ALTER TABLE "token_issuers" ADD COLUMN "trust_email" smallint;
