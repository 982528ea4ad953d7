# The data source "external" runs a program and takes the JSON that it prints. What is read so is in the state: encrypt it, as the
# example beside this one does.
terraform {
  required_providers {
    external = {
      source = "hashicorp/external"
    }
  }
}

data "external" "database" {
  program     = ["sotto", "render", "-e", "prod", "--format", "terraform-external"]
  working_dir = path.module
  query = {
    only = "database.host,database.password"
  }
}

output "database_host" {
  value     = data.external.database.result.DATABASE_HOST
  sensitive = true
}
