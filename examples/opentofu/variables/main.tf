# sotto run -e prod --prefix TF_VAR_ -- tofu apply
terraform {
  encryption {
    key_provider "external" "sotto" {
      command = ["./state-key.sh"]
    }
    method "aes_gcm" "sotto" {
      keys = key_provider.external.sotto
    }
    state {
      method   = method.aes_gcm.sotto
      enforced = true
    }
    plan {
      method   = method.aes_gcm.sotto
      enforced = true
    }
  }
}

variable "DATABASE_PASSWORD" {
  type      = string
  sensitive = true
}

resource "terraform_data" "database" {
  input = var.DATABASE_PASSWORD
}

output "database" {
  value     = terraform_data.database.output
  sensitive = true
}
